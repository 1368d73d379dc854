import { describe, expect, it } from 'vitest';
import { sql } from './sql.js';
import {
  eventBatch,
  eventRows,
  histogramRows,
  testBaseline,
  testEvent,
  trafficRows,
  withStore,
} from './testing.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / HOUR) * HOUR + 15 * MINUTE;
const DAY = 24 * HOUR;
const TODAY = Math.floor((NOW - 15 * MINUTE) / DAY) * DAY;
const held = withStore({ clock: () => NOW });
const START = NOW - 15 * MINUTE - 120 * HOUR;
const baseline = testBaseline('m');
const long = { model: 'm', segment: '', from: START, to: NOW };

async function write(key: string, hours: readonly number[], count: number): Promise<void> {
  const minutes = hours.flatMap((hour) => [0, 7, 59].map((minute) => START + hour * HOUR + minute * MINUTE));
  await held.store.batches.write({
    ...eventBatch(key, []),
    tables: [
      trafficRows(minutes.map((minute) => ({ model: 'm', minute, requests: count, errors: 1 }))),
      histogramRows(
        minutes.flatMap((minute) => [
          { model: 'm', baseline: 'b1', signal: 'x', minute, bins: { 2: count } as Record<number, number> },
          {
            model: 'm',
            baseline: '',
            signal: '@latency',
            minute,
            bins: { 700: count } as Record<number, number>,
          },
        ]),
      ),
    ],
  });
}
const hours = async () =>
  (
    await held.store.lanes.read.rows<{ n: number; total: number }>(
      sql`SELECT count() AS n, toInt64(sum(requests)) AS total FROM traffic_hour FINAL WHERE model = 'm'`,
    )
  )[0]!;
const sumOf = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

describe('rolling hours up', () => {
  it('makes long ranges say the same as the minutes, before, after, and after late events', async () => {
    const all = Array.from({ length: 121 }, (_, i) => i);
    await write('first', all, 10);
    // The hour that runs is asked up to now, before its 59th minute.
    const total = 121 * 3 * 10 - 10;
    const count = async () => sumOf((await held.store.reads.counts(long, baseline, ['x'])).get('x')!);
    const requests = async () =>
      (await held.store.reads.series({ ...long, metrics: ['throughput'], points: 10 }))[0]!.points.reduce(
        (sum, p) => sum + p.n,
        0,
      );
    expect(await count()).toBe(total);
    expect(held.store.rollup.horizon()).toEqual({
      rolled: 0,
      settled: Number.NEGATIVE_INFINITY,
      days: 0,
    });
    expect(await held.store.rollup.pass()).toBe(120);
    expect(held.store.rollup.horizon()).toEqual({
      rolled: NOW - 15 * MINUTE,
      settled: NOW - 15 * MINUTE,
      days: TODAY,
    });
    expect(await hours()).toEqual({ n: 120, total: 120 * 30 });
    expect(await count()).toBe(total);
    expect(await requests()).toBe(total);
    expect(await held.store.rollup.pass()).toBe(0);

    await write('late', [3, 50], 4);
    expect(await held.store.rollup.pass()).toBe(2);
    expect(await hours()).toEqual({ n: 120, total: 120 * 30 + 24 });
    expect(await count()).toBe(total + 24);
    const [p50] = await held.store.reads.series({ ...long, metrics: ['latency_p50'], points: 10 });
    expect(sumOf(p50!.points.map((p) => p.n))).toBe(total + 24);
  });

  it('gives a short range what came late before it is rolled up', async () => {
    const short = { ...long, from: START + 100 * HOUR, to: START + 110 * HOUR };
    const count = async () => sumOf((await held.store.reads.counts(short, baseline, ['x'])).get('x')!);
    await held.store.rollup.pass();
    const before = await count();
    await write('later', [104], 5);
    expect(held.store.rollup.horizon().settled).toBe(START + 104 * HOUR);
    expect(await count()).toBe(before + 15);
    await held.store.rollup.pass();
    expect(held.store.rollup.horizon().settled).toBe(NOW - 15 * MINUTE);
    expect(await count()).toBe(before + 15);
  });

  it('keeps hours whose minutes are gone', async () => {
    await held.store.lanes.background.run(
      sql`DELETE FROM traffic WHERE minute < ${sql`toDateTime(${(START + 30 * HOUR) / 1000}, 'UTC')`}`,
    );
    await held.store.lanes.background.run(
      sql`DELETE FROM histograms WHERE minute < ${sql`toDateTime(${(START + 30 * HOUR) / 1000}, 'UTC')`}`,
    );
    const counts = await held.store.reads.counts(long, baseline, ['x']);
    expect(sumOf(counts.get('x')!)).toBe(121 * 30 - 10 + 24 + 15);
  });
});

describe('maintenance', () => {
  it('finds after a start what a crash left uncounted, and rolls hours up', async () => {
    const events = Array.from({ length: 50 }, (_, i) =>
      testEvent({
        model: 'crashed',
        id: `c${i}`,
        ts: NOW - 30 * MINUTE + i * 1_000,
        latency: 5,
        offset: i,
        source: 'http',
      }),
    );
    await held.store.batches.write({ ...eventBatch('crashed', events), tables: [eventRows(events)] });
    await held.store.maintenance.pass();
    const status = held.store.maintenance.status();
    expect(status).toMatchObject({ repairedMinutes: 1, wrongMinutes: 1, lastPass: NOW });
    const [row] = await held.store.lanes.read.rows<{ n: number }>(
      sql`SELECT toInt64(sum(requests)) AS n FROM traffic WHERE model = 'crashed' AND segment = ''`,
    );
    expect(row!.n).toBe(50);
    await held.store.maintenance.pass();
    expect(held.store.maintenance.status().repairedMinutes).toBe(1);
  });

  it('goes on by itself and stops when told', async () => {
    const at = NOW - 5 * MINUTE;
    const event = testEvent({ model: 'left', id: 'one', ts: at, latency: 5, source: 'http' });
    await held.store.batches.write({ ...eventBatch('left', [event]), tables: [eventRows([event])] });
    const repaired: unknown[] = [];
    held.store.onRepair((...minutes) => repaired.push(minutes));
    held.store.maintenance.start(10);
    for (let i = 0; i < 100 && repaired.length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await held.store.maintenance.stop();
    expect(repaired).toEqual([['left', at, at + MINUTE]]);
    expect(held.store.maintenance.status().failures).toBe(0);
  });
});
