import type { Lane } from './engine/lane.js';
import { sharedTimes } from './shared-times.js';
import { join, momentText, second, sql } from './sql.js';
import { DAY_MS } from './types.js';

/** Days, counted for each model, that one insert computes. */
const DAYS_AT_ONCE = 31;

export interface RollupDaysOptions {
  hourDays: number;
  clock: () => number;
}

interface WrongDay {
  model: string;
  at: number;
}

/**
 * Keeps the daily histograms what the hours say, as hours are kept what the minutes say: a day (UTC) that is over and
 * whose totals differ from its hours' is computed anew, and the newer row replaces the older one. The first pass of a
 * process compares every day, so that what a crash left between the hours and their day is put right, and an older
 * store gets its days; until it is done, nobody reads days. Later passes compare the days that became complete and those
 * with an hour that was computed anew.
 */
export function createRollupDays(lane: Lane, options: RollupDaysOptions) {
  let complete = 0;
  /**
   * Days of hours that were computed since the last complete pass, and in the one before: compared twice, because the
   * replica that was asked may not have had their hours yet.
   */
  let touched = new Set<number>();
  let again = new Set<number>();

  async function wrongDays(from: number, to: number): Promise<WrongDay[]> {
    const weight = sql`toInt64(arraySum(arrayMap((bin, n) -> (bin + 1) * n, mapKeys(bins), mapValues(bins))))`;
    return lane.rows(
      sql`SELECT model, toUnixTimestamp(at) * 1000 AS at FROM (
            SELECT model, at, sum(c) AS c FROM (
              SELECT model, toStartOfDay(hour) AS at, sum(${weight}) AS c
              FROM histograms_hour FINAL WHERE hour >= ${second(from)} AND hour < ${second(to)} GROUP BY model, at
              UNION ALL SELECT model, day AS at, -sum(${weight}) AS c
              FROM histograms_day FINAL WHERE day >= ${second(from)} AND day < ${second(to)} GROUP BY model, at)
            GROUP BY model, at)
          WHERE c != 0 ORDER BY at, model`,
    );
  }

  async function compute(models: readonly string[], days: readonly number[]): Promise<void> {
    await lane.run(
      sql`INSERT INTO histograms_day (model, version, baseline, segment, signal, day, bins, computed_at)
          SELECT model, version, baseline, segment, signal, toStartOfDay(hour) AS at, sumMap(bins) AS counts,
            toDateTime64(${momentText(options.clock())}, 3, 'UTC')
          FROM histograms_hour FINAL
          WHERE model IN ${models} AND hour >= ${second(days[0]!)} AND hour < ${second(days[days.length - 1]! + DAY_MS)}
            AND toStartOfDay(hour) IN (${join(days.map(second), ', ')})
          GROUP BY model, version, baseline, segment, signal, at`,
    );
  }

  /** Days whose hours may have changed since the last pass, oldest first. */
  async function candidates(oldest: number, end: number): Promise<number[]> {
    const days = new Set([...touched, ...again]);
    if (complete > 0) for (let day = complete; day < end; day += DAY_MS) days.add(day);
    else {
      const found = await lane.rows<{ day: number }>(
        sql`SELECT DISTINCT toUnixTimestamp(toStartOfDay(hour)) * 1000 AS day FROM histograms_hour
            WHERE hour >= ${second(oldest)} AND hour < ${second(end)}`,
      );
      for (const { day } of found) days.add(day);
    }
    return [...days].filter((day) => day >= oldest && day < end).sort((a, b) => a - b);
  }

  return {
    /** Moment (epoch ms) before which every day is there; 0 before the first pass of this process. */
    horizon: (): number => complete,

    /** Tells that hours are computed anew, before they are written. */
    touch(hours: readonly number[]): void {
      for (const hour of hours) touched.add(Math.floor(hour / DAY_MS) * DAY_MS);
    },

    /** Makes every day anew that ended before `rolled` (epoch ms, up to where hours are) and differs from its hours. */
    async pass(rolled: number, signal?: AbortSignal): Promise<number> {
      const end = Math.floor(rolled / DAY_MS) * DAY_MS;
      // Hours near the end of their time may be gone in part: their days stay as they are.
      const oldest = Math.ceil((options.clock() - (options.hourDays - 1) * DAY_MS) / DAY_MS) * DAY_MS;
      let computed = 0;
      for (const days of byMonth(await candidates(oldest, end))) {
        const byModel = new Map<string, number[]>();
        const wrong = await wrongDays(days[0]!, days[days.length - 1]! + DAY_MS);
        for (const { model, at } of wrong) byModel.set(model, [...(byModel.get(model) ?? []), at]);
        for (const { models, times } of sharedTimes(byModel, DAYS_AT_ONCE)) {
          signal?.throwIfAborted();
          await compute(models, times);
          computed += models.length * times.length;
        }
      }
      again = touched;
      touched = new Set();
      complete = Math.max(complete, end);
      return computed;
    },
  };
}
export type RollupDays = ReturnType<typeof createRollupDays>;

/** Sorted days, cut where a month (UTC) ends, as tables are. */
function byMonth(days: readonly number[]): number[][] {
  const months = new Map<string, number[]>();
  for (const day of days) {
    const month = new Date(day).toISOString().slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), day]);
  }
  return [...months.values()];
}
