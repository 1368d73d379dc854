import { describe, expect, it } from 'vitest';
import { createOutcomes } from './outcomes.js';
import { outcomeBuckets } from './queries/outcome-buckets.js';
import { performanceBuckets } from './queries/performance.js';
import { eventBatch, eventRows, labelRows, testEvent, withStore } from './testing.js';

const MINUTE = 60_000;
let now = Math.floor(Date.now() / MINUTE) * MINUTE;
const held = withStore({ clock: () => now });
const START = now - 180 * MINUTE;
const STEP = 30 * MINUTE;

/** The same rows as if they had arrived now, whenever what they tell happened; `received_at` is their last column. */
function receivedNow<T extends { body: string[] }>(table: T): T {
  return { ...table, body: [table.body.join('').replace(/[^\t\n]+\n/g, `${(now / 1_000).toFixed(3)}\n`)] };
}

let batch = 0;
async function events(model: string, from: number, count: number, version = 'v1'): Promise<void> {
  const list = Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const classifies = n % 2 === 0;
    return testEvent({
      model,
      version,
      id: `${model}-${n}`,
      ts: START + ((n * 7) % 170) * MINUTE + n,
      prediction: classifies ? Number.NaN : n % 11,
      predictionClass: classifies ? (n % 3 ? 'true' : 'false') : null,
      score: n % 5 ? (n % 10) / 10 : Number.NaN,
      offset: n,
    });
  });
  await held.store.batches.write({
    ...eventBatch(`b${batch++}`, list),
    tables: [receivedNow(eventRows(list))],
  });
}

async function labels(
  model: string,
  rows: readonly { n: number; number?: number; class?: string; ts?: number }[],
): Promise<void> {
  const list = rows.map(({ n, ts = START, ...rest }) => ({ model, id: `${model}-${n}`, ts, ...rest }));
  await held.store.batches.write({
    ...eventBatch(`b${batch++}`, []),
    tables: [receivedNow(labelRows(list))],
  });
}

const METRICS = [
  'label_coverage',
  'mae',
  'rmse',
  'bias',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'auc',
] as const;

/** The series as pages see it, and the same from joining every event with its label. */
async function bothWays(model: string, version?: string) {
  const key = { model, segment: '', from: START, to: now, ...(version && { version }) };
  const series = await held.store.reads.series({ ...key, metrics: METRICS, points: 6 });
  const joined = await performanceBuckets(held.store.lanes.read, key, series[0]!.bucket_ms);
  return {
    shown: series.map(({ points }) =>
      points.filter(({ n }) => n > 0).map(({ t, n, value }) => [t, n, value]),
    ),
    joined: METRICS.map((metric) =>
      joined
        .map(({ t, events: all, labelled, metrics }) => [
          t,
          metric === 'label_coverage' ? all : labelled,
          metrics[metric] ?? null,
        ])
        .filter(([, n]) => n !== 0),
    ),
  };
}

async function expectTruth(model: string, version?: string): Promise<void> {
  const { shown, joined } = await bothWays(model, version);
  expect(shown.flat().length).toBeGreaterThan(0);
  shown.forEach((points, metric) => {
    expect(points.length).toBe(joined[metric]!.length);
    points.forEach(([t, n, value], i) => {
      const [joinedAt, joinedN, joinedValue] = joined[metric]![i]!;
      expect([t, n]).toEqual([joinedAt, joinedN]);
      if (joinedValue === null) expect(value).toBeNull();
      else expect(value).toBeCloseTo(joinedValue!, 9);
    });
  });
}

/** How many buckets of events the sums answer, without any join. */
async function summed(model: string): Promise<number> {
  const found = await outcomeBuckets(
    held.store.lanes.read,
    { model, from: START, to: now - 10 * MINUTE },
    STEP,
  );
  return [...found.values()].reduce((sum, one) => sum + one.events, 0);
}

describe('outcomes by the minute', () => {
  it('say what events and labels say: before any pass, after it, and with what came since', async () => {
    await events('m', 0, 400);
    await events('m', 400, 100, 'v2');
    await labels('m', [
      ...Array.from({ length: 200 }, (_, i) => ({ n: i * 2, class: i % 4 ? 'true' : 'false' })),
      ...Array.from({ length: 100 }, (_, i) => ({ n: i * 2 + 1, number: i % 9 })),
    ]);
    await expectTruth('m');
    expect(await held.store.outcomes.pass()).toBe(170);
    await expectTruth('m');
    await expectTruth('m', 'v2');
    expect(await summed('m')).toBe(500);
    now += 10 * MINUTE;
    await held.store.outcomes.pass();
    await expectTruth('m');
    now += 10 * MINUTE;
    expect(await held.store.outcomes.pass()).toBe(0);
  });

  it('take over late labels, corrected labels and late events with the next pass', async () => {
    now += 10 * MINUTE;
    await labels('m', [{ n: 451, number: 4 }]);
    await labels('m', [{ n: 1, number: 100, ts: START + MINUTE }]);
    await labels('m', [{ n: 3, number: 100, ts: START - 60 * MINUTE }]);
    const before = await bothWays('m');
    expect(before.shown).not.toEqual(before.joined);
    // The minutes of three events, though one of the labels is older than the one that counts.
    expect(await held.store.outcomes.pass()).toBe(3);
    await expectTruth('m');

    now += 10 * MINUTE;
    await events('m', 500, 1);
    expect(await summed('m')).toBe(500);
    await held.store.outcomes.pass();
    await expectTruth('m');
    expect(await summed('m')).toBe(501);
  });

  it('are made good after a restart: labels of the last hour, and minutes that lack events', async () => {
    await labels('m', [{ n: 453, number: 9 }]);
    await events('m', 501, 1);
    const restarted = createOutcomes(held.store.lanes.background, { eventDays: 30, clock: () => now });
    expect(await restarted.pass()).toBeGreaterThanOrEqual(2);
    await expectTruth('m');
    expect(await summed('m')).toBe(502);
  });

  it('tell the coverage of many models at once', async () => {
    await events('other', 0, 10);
    await held.store.outcomes.pass();
    const found = await held.store.reads.summaries({ from: START, to: now }, ['m', 'other']);
    expect(found.get('m')!.labelCoverage).toBeCloseTo(302 / 502, 12);
    expect(found.get('other')!.labelCoverage).toBeNull();
  });
});
