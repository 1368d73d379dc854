import { describe, expect, it } from 'vitest';
import { createRollup } from './rollup.js';
import { createRollupDays } from './rollup-days.js';
import { sql } from './sql.js';
import { eventBatch, histogramRows, testBaseline, trafficRows, withStore } from './testing.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;
const TODAY = Math.floor(Date.now() / DAY) * DAY;
const NOW = TODAY + 5 * HOUR + 25 * MINUTE;
const START = TODAY - 6 * DAY;
const held = withStore({ clock: () => NOW });
const baseline = testBaseline('m');
const BUSY = [0, 7, 23];

/** Events at three hours of each of the days, and now. */
async function write(key: string, days: readonly number[], count: number, model = 'm'): Promise<void> {
  const minutes = days.flatMap((day) => BUSY.map((hour) => START + day * DAY + hour * HOUR + 13 * MINUTE));
  const at = [...minutes, NOW - 5 * MINUTE];
  await held.store.batches.write({
    ...eventBatch(key, []),
    tables: [
      trafficRows(at.map((minute) => ({ model, minute, requests: count }))),
      histogramRows(
        at.map((minute) => ({
          model,
          baseline: 'b1',
          signal: 'x',
          minute,
          bins: { 2: count, 3: 1 } as Record<number, number>,
        })),
      ),
    ],
  });
}
const sumOf = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
const between = async (from: number, to: number) =>
  (await held.store.reads.counts({ model: 'm', segment: '', from, to }, baseline, ['x'])).get('x')!;
const days = () =>
  held.store.lanes.read.rows<{ day: number; bins: Record<string, number> }>(
    sql`SELECT toUnixTimestamp(day) * 1000 AS day, bins FROM histograms_day FINAL
        WHERE model = 'm' AND signal = 'x' ORDER BY day`,
  );
/** The roll-up of another process on the same store, which may stop between hours and days. */
function another(stops: () => boolean = () => false) {
  const { background } = held.store.lanes;
  const inner = createRollupDays(background, { hourDays: 730, clock: () => NOW });
  const daily = {
    ...inner,
    async pass(rolled: number, signal?: AbortSignal) {
      if (stops()) throw new Error('stopped between hours and days');
      return inner.pass(rolled, signal);
    },
  };
  return createRollup(background, daily, { minuteDays: 90, alone: true, clock: () => NOW });
}

describe('rolling days up', () => {
  it('changes no sum, of whole days or any other long range', async () => {
    await write('first', [0, 1, 2, 3, 4, 5], 10);
    const ranges: [number, number][] = [
      [START, NOW],
      [START + 2 * HOUR, NOW],
      [START + DAY - HOUR, START + 5 * DAY + 7 * HOUR + 30 * MINUTE],
      [START - 20 * DAY, TODAY],
    ];
    const all = async () => Promise.all(ranges.map(([from, to]) => between(from, to)));
    const before = await all();
    expect(before[0]).toEqual([0, 0, 190, 19, 0, 0]);
    await held.store.rollup.pass();
    expect(held.store.rollup.horizon().days).toBe(TODAY);
    expect(await days()).toEqual(
      [0, 1, 2, 3, 4, 5].map((day) => ({ day: START + day * DAY, bins: { 2: 30, 3: 3 } })),
    );
    expect(await all()).toEqual(before);
  });

  it('makes a day anew when events come late', async () => {
    await write('late', [2], 4);
    await held.store.rollup.pass();
    expect((await days())[2]!.bins).toEqual({ 2: 42, 3: 6 });
    expect(sumOf(await between(START, NOW))).toBe(209 + 3 * 5 + 5);
  });

  it('heals in the next pass when it stopped between an hour and its day', async () => {
    let stops = false;
    const rollup = another(() => stops);
    await rollup.pass();
    await write('unlucky', [1, 4], 1);
    stops = true;
    await expect(rollup.pass()).rejects.toThrow('stopped');
    expect((await days())[1]!.bins).toEqual({ 2: 30, 3: 3 });
    stops = false;
    expect(await rollup.pass()).toBe(0);
    expect((await days()).map(({ bins }) => sumOf(Object.values(bins)))).toEqual([33, 39, 48, 33, 39, 33]);
  });

  it('heals in the first pass of the next process as well, which fills an older store', async () => {
    await write('crashed', [3], 1);
    await expect(another(() => true).pass()).rejects.toThrow('stopped');
    const next = another();
    await next.load();
    expect(next.horizon().days).toBe(0);
    await next.pass();
    expect(next.horizon().days).toBe(TODAY);
    expect(sumOf(Object.values((await days())[3]!.bins))).toBe(39);

    await held.store.lanes.background.run(sql`TRUNCATE TABLE histograms_day`);
    await another().pass();
    expect((await days()).map(({ bins }) => sumOf(Object.values(bins)))).toEqual([33, 39, 48, 39, 39, 33]);
  });

  it('answers sums over long ranges and steps of days from days, shorter steps from hours', async () => {
    const over = (buckets: number) =>
      held.store.reads.countsOverTime(
        { model: 'm', segment: '', from: START, to: TODAY },
        baseline,
        'x',
        buckets,
      );
    const [sum, daily, finer] = [await between(START, TODAY), await over(6), await over(24)];
    await held.store.lanes.background.run(sql`TRUNCATE TABLE histograms_hour`);
    expect(await between(START, TODAY)).toEqual(sum);
    expect(daily).toHaveLength(6);
    expect(await over(6)).toEqual(daily);
    expect(finer.length).toBeGreaterThan(6);
    expect(await over(24)).toEqual([]);
  });
});
