import { compileCategoricalBinner, compileNumericBinner } from '@leeway/stats';
import { describe, expect, it } from 'vitest';
import { sql } from '../sql.js';
import {
  eventBatch,
  eventRows,
  histogramRows,
  type TestEvent,
  testBaseline,
  testEvent,
  trafficRows,
  withStore,
} from '../testing.js';
import { MINUTE_MS } from '../types.js';
import { binExpression } from './count-events.js';
import { runs } from './counting.js';

const held = withStore();
const START = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 5 * 3_600_000;
const baseline = testBaseline('any');
const plan = (model: string) => ({
  model,
  baseline: 'b1',
  signals: baseline.signals,
  segmentTags: ['region'],
});

/** Events with every kind of oddity, five minutes of them. */
function sample(model: string, count: number, extra: Partial<TestEvent> = {}): TestEvent[] {
  const numbers = [Number.NaN, -5, 0, 9.999, 10, 15, 20, 29, 30, 30.001, Infinity, -Infinity];
  const cities = ['Berlin', 'Oslo', 'Bonn', 'Nowhere', null];
  return Array.from({ length: count }, (_, i) =>
    testEvent({
      model,
      id: `${model}-${i}`,
      ts: START + (i % 5) * MINUTE_MS + i,
      version: i % 7 === 0 ? 'v2' : 'v1',
      numeric: i % 11 === 0 ? [] : [numbers[i % numbers.length]!],
      categorical: i % 13 === 0 ? [] : [cities[i % cities.length]!],
      prediction: (i % 10) / 10,
      latency: i % 4 === 0 ? Number.NaN : 1 + i,
      error: i % 9 === 0 ? 'boom' : null,
      tags: i % 3 === 0 ? { region: i % 2 ? 'eu' : 'us' } : {},
      offset: i,
      ...extra,
    }),
  );
}

/** Counts as ingest makes them, with the statistics package's own binners. */
function countsOf(events: readonly TestEvent[]) {
  const [x, city, prediction] = baseline.signals;
  const binX = compileNumericBinner(x!);
  const binCity = compileCategoricalBinner(city!);
  const binPrediction = compileNumericBinner(prediction!);
  const cells = new Map<string, Parameters<typeof histogramRows>[0][number]>();
  const traffic = new Map<string, Parameters<typeof trafficRows>[0][number]>();
  for (const event of events)
    for (const segment of ['', ...(event.tags.region ? [`region=${event.tags.region}`] : [])]) {
      const minute = Math.floor(event.ts / MINUTE_MS) * MINUTE_MS;
      const slice = { model: event.model, version: event.version, segment, minute };
      for (const [signal, bin] of [
        ['x', binX(event.numeric[0])],
        ['city', binCity(event.categorical[0])],
        ['@prediction', binPrediction(event.prediction)],
      ] as const) {
        const key = JSON.stringify([slice, signal]);
        const row = cells.get(key) ?? { ...slice, baseline: 'b1', signal, bins: {} };
        row.bins[bin] = (row.bins[bin] ?? 0) + 1;
        cells.set(key, row);
      }
      const key = JSON.stringify(slice);
      const row = traffic.get(key) ?? { ...slice, requests: 0, errors: 0 };
      row.requests += 1;
      row.errors! += event.error ? 1 : 0;
      traffic.set(key, row);
    }
  return [histogramRows([...cells.values()]), trafficRows([...traffic.values()])];
}

async function stored(model: string) {
  return held.store.lanes.read.rows<object>(
    sql`SELECT version, segment, signal, toUnixTimestamp(minute) AS at, sumMap(bins) AS total FROM histograms
        WHERE model = ${model} AND baseline = 'b1' GROUP BY version, segment, signal, at
        HAVING arrayExists(n -> n != 0, mapValues(total)) ORDER BY ALL`,
  );
}

async function prepare(model: string): Promise<void> {
  await held.store.features.append(model, [
    { name: 'x', kind: 'numeric' },
    { name: 'city', kind: 'categorical' },
  ]);
  held.store.usePlans((name) => plan(name));
}

const range = { from: START, to: START + 10 * MINUTE_MS };

describe('bins in SQL', () => {
  it('are those of the statistics package for any double, edges and neighbours included', async () => {
    const edges = Array.from({ length: 119 }, (_, i) => Math.sin(i) * 1e-3 + i * 0.1 + 1 / 3);
    const signal = { ...baseline.signals[0]!, edges, min: edges[0]! - 0.5, max: edges[118]! + 0.25 };
    const values: number[] = [
      0,
      -0,
      5e-324,
      1e308,
      -1e308,
      Number.NaN,
      Infinity,
      -Infinity,
      signal.min,
      signal.max,
    ];
    for (const edge of edges) {
      const bits = new BigInt64Array(Float64Array.of(edge).buffer)[0]!;
      for (const step of [-1n, 0n, 1n])
        values.push(new Float64Array(BigInt64Array.of(bits + step).buffer)[0]!);
    }
    for (let i = 0; i < 2_000; i++) values.push(((i * 7919) % 2000) / 150);
    await held.store.features.append('bins', [{ name: 'x', kind: 'numeric' }]);
    const events = values.map((x, i) =>
      testEvent({ model: 'bins', id: `${i}`, ts: START, numeric: [x], offset: i }),
    );
    await held.store.batches.write(eventBatch('bins', events));
    const bin = binExpression(signal, held.store.features.order('bins'), 'v');
    const rows = await held.store.lanes.read.rows<{ bin: number }>(
      sql`SELECT ${bin} AS bin FROM events WHERE model = 'bins' ORDER BY offset`,
    );
    const expected = compileNumericBinner(signal);
    expect(rows.map((row) => row.bin)).toEqual(values.map((x) => expected(x)));
  });
});

describe('the audit', () => {
  it('finds nothing wrong with counts that are right', async () => {
    await prepare('right');
    const events = sample('right', 500, { latency: Number.NaN });
    await held.store.batches.write({
      ...eventBatch('right', events),
      tables: [eventRows(events), ...countsOf(events)],
    });
    const report = await held.store.counting.audit('right', range, true);
    expect(report).toMatchObject({ wrongMinutes: 0, repaired: 0, minutes: 5 });
  });

  it('counts events from nothing exactly as ingest counts them', async () => {
    await prepare('left');
    await prepare('model');
    const events = sample('left', 600, { latency: Number.NaN });
    await held.store.batches.write(eventBatch('left', events));
    const same = events.map((event) => ({ ...event, model: 'model' }));
    await held.store.batches.write({
      ...eventBatch('model', same),
      tables: [eventRows(same), ...countsOf(same)],
    });
    const shares: number[] = [];
    const repaired: [string, number, number][] = [];
    held.store.onRepair((...minutes) => repaired.push(minutes));
    await held.store.counting.rebin('left', { done: (share) => void shares.push(share) });
    expect(await stored('left')).toEqual(await stored('model'));
    expect(shares[shares.length - 1]).toBe(1);
    expect(repaired.length).toBeGreaterThan(0);
    expect(new Set(repaired.map(([model]) => model))).toEqual(new Set(['left']));
    const times = events.map(({ ts }) => Math.floor(ts / 60_000) * 60_000);
    expect(Math.min(...repaired.map(([, from]) => from))).toBe(Math.min(...times));
    expect(Math.max(...repaired.map(([, , to]) => to))).toBe(Math.max(...times) + 60_000);
    const before = await stored('left');
    await held.store.counting.rebin('left', { done: () => undefined });
    expect(await stored('left')).toEqual(before);
  });

  it('restores rows whose token is logged and whose part is gone', async () => {
    await prepare('gone');
    const source = 'kafka:gone:0';
    const events = sample('gone', 300, { source });
    const batch = {
      ...eventBatch('kafka:gone:0-299', events),
      tables: [eventRows(events), ...countsOf(events)],
    };
    await held.store.batches.write(batch);
    await held.store.counting.audit('gone', range, true);
    const right = await stored('gone');
    // What a kill between the log and the part leaves behind: the token is known, the rows are not there.
    await held.store.lanes.background.run(sql`DELETE FROM events WHERE model = 'gone' AND offset >= 100`);
    await held.store.batches.write(batch);
    const found = await held.store.batches.storedOffsets(source, 0n, 299n);
    expect(found.size).toBe(100);
    const lost = events.filter((event) => !found.has(BigInt(event.offset)));
    await held.store.batches.write({ ...batch, key: 'kafka:gone:0-299:again', tables: [eventRows(lost)] });
    const { rebuiltMinutes } = await held.store.batches.repairRange(source, 0n, 299n);
    expect(rebuiltMinutes).toBe(0);
    expect(await held.store.batches.storedOffsets(source, 0n, 299n)).toHaveProperty('size', 300);
    expect(await stored('gone')).toEqual(right);
  });

  it('takes back counts that were written twice because a log forgot their token', async () => {
    await prepare('twice');
    const events = sample('twice', 300, { source: 'kafka:twice:0' });
    const tables = countsOf(events);
    await held.store.batches.write({
      ...eventBatch('twice', events),
      tables: [eventRows(events), ...tables],
    });
    await held.store.counting.audit('twice', range, true);
    const right = await stored('twice');
    await held.store.batches.write({ ...eventBatch('forgotten', events), tables });
    expect(await stored('twice')).not.toEqual(right);
    const report = await held.store.counting.audit('twice', range, false);
    expect(report.wrongMinutes).toBeGreaterThan(0);
    expect(report.repaired).toBe(0);
    const { rebuiltMinutes } = await held.store.batches.repairRange('kafka:twice:0', 0n, 299n);
    expect(rebuiltMinutes).toBe(report.wrongMinutes);
    expect(await stored('twice')).toEqual(right);
    // The same fault once more has the same difference; it must not be taken for a repetition of the first.
    await held.store.batches.write({ ...eventBatch('forgotten again', events), tables });
    await held.store.counting.audit('twice', range, true);
    expect(await stored('twice')).toEqual(right);
    expect((await held.store.counting.audit('twice', range, false)).wrongMinutes).toBe(0);
  });

  it('takes back counts of events that are not there', async () => {
    await prepare('ghost');
    const events = sample('ghost', 50);
    await held.store.batches.write({ ...eventBatch('ghost', []), tables: countsOf(events) });
    const report = await held.store.counting.audit('ghost', range, true);
    expect(report.repaired).toBeGreaterThan(0);
    expect(await stored('ghost')).toEqual([]);
  });

  it('waits while a batch is half written', async () => {
    await prepare('half');
    const events = sample('half', 20);
    const rows = countsOf(events)[0]!;
    const broken = { ...rows, body: ['no row\n'] };
    const batch = eventBatch('half', events);
    await expect(held.store.batches.write({ ...batch, tables: [...batch.tables, broken] })).rejects.toThrow();
    await expect(held.store.counting.audit('half', range, true)).rejects.toMatchObject({
      code: 'busy',
      retry: true,
    });
    await held.store.batches.write({ ...batch, tables: [...batch.tables, rows] });
    const report = await held.store.counting.audit('half', range, true);
    expect(report.repaired).toBeGreaterThan(0);
  });

  it('cuts minutes into runs', () => {
    const minute = (n: number) => n * MINUTE_MS;
    expect(runs([minute(1), minute(2), minute(10), minute(500)])).toEqual([
      { from: minute(1), to: minute(11) },
      { from: minute(500), to: minute(501) },
    ]);
  });
});
