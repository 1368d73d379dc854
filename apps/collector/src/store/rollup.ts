import type { Lane } from './engine/lane.js';
import type { Horizon } from './queries/slice.js';
import type { RollupDays } from './rollup-days.js';
import { sharedTimes } from './shared-times.js';
import { join, momentText, raw, type Sql, second, sql } from './sql.js';
import { DAY_MS, HOUR_MS } from './types.js';

/** An hour is rolled up once it ended so long ago; what comes later makes it be rolled up again. */
const SETTLE_MS = 10 * 60_000;
const WEEK_MS = 7 * DAY_MS;
/** Hours, counted for each model, that one insert computes. */
const HOURS_AT_ONCE = 24;
const TRAFFIC_SUMS = ['requests', 'errors', 'rejected', 'anomalies', 'tokens_input', 'tokens_output'];

export interface RollupOptions {
  minuteDays: number;
  /** Whether this process alone writes to the database, and so knows of all that changes. */
  alone: boolean;
  clock: () => number;
}

interface WrongHour {
  model: string;
  at: number;
}

/**
 * Keeps the hourly tables what the minutes say. Hours are a copy for long ranges, never added to: an hour whose
 * totals differ from its minutes' is computed anew from them, and the newer row replaces the older one. So a repeat
 * changes nothing, late events and repaired minutes come through, and a stop in the middle does no harm.
 */
export function createRollup(lane: Lane, days: RollupDays, options: RollupOptions) {
  let rolled = 0;
  /**
   * The oldest minute that was written to since the pass before last began, and since the last one did. Nothing is known
   * of what was written before this process, nor of what other collectors write.
   */
  let changed = Number.NEGATIVE_INFINITY;
  let changedSince = Number.POSITIVE_INFINITY;
  /** Moment of the last complete pass, by the database's clock; null before the first. */
  let lastPass: number | null = null;

  /** Weeks whose minutes may have changed since the last pass: all that are kept at first, then those with new parts. */
  async function weeks(from: number, to: number): Promise<number[]> {
    const found = await lane.rows<{ week: number }>(
      lastPass === null
        ? sql`SELECT DISTINCT toUnixTimestamp(toDateTime(toMonday(minute), 'UTC')) * 1000 AS week FROM traffic
              WHERE minute >= ${second(from)} AND minute < ${second(to)} ORDER BY week`
        : sql`SELECT DISTINCT toUnixTimestamp(toDateTime(toDate(partition), 'UTC')) * 1000 AS week FROM system.parts
              WHERE database = currentDatabase() AND table IN ('traffic', 'histograms', 'traffic_local', 'histograms_local')
                AND active AND toUnixTimestamp(modification_time) * 1000 >= ${lastPass - 60_000} ORDER BY week`,
    );
    return found.map((row) => row.week);
  }

  async function wrongHours(from: number, to: number): Promise<WrongHour[]> {
    const minutes = sql`minute >= ${second(from)} AND minute < ${second(to)}`;
    const hours = sql`hour >= ${second(from)} AND hour < ${second(to)}`;
    const weight = sql`toInt64(arraySum(arrayMap((bin, n) -> (bin + 1) * n, mapKeys(bins), mapValues(bins))))`;
    return lane.rows(
      sql`SELECT model, toUnixTimestamp(at) * 1000 AS at FROM (
            SELECT model, at, sum(a) AS a, sum(b) AS b, sum(c) AS c FROM (
              SELECT model, toStartOfHour(minute) AS at, sum(requests) + sum(rejected) AS a,
                sum(errors) + sum(anomalies) + sum(tokens_input) + sum(tokens_output) AS b, toInt64(0) AS c
              FROM traffic WHERE ${minutes} GROUP BY model, at
              UNION ALL SELECT model, hour AS at, -(sum(requests) + sum(rejected)) AS a,
                -(sum(errors) + sum(anomalies) + sum(tokens_input) + sum(tokens_output)) AS b, toInt64(0) AS c
              FROM traffic_hour FINAL WHERE ${hours} GROUP BY model, at
              UNION ALL SELECT model, toStartOfHour(minute) AS at, toInt64(0) AS a, toInt64(0) AS b, sum(${weight}) AS c
              FROM histograms WHERE ${minutes} GROUP BY model, at
              UNION ALL SELECT model, hour AS at, toInt64(0) AS a, toInt64(0) AS b, -sum(${weight}) AS c
              FROM histograms_hour FINAL WHERE ${hours} GROUP BY model, at)
            GROUP BY model, at)
          WHERE a != 0 OR b != 0 OR c != 0 ORDER BY at, model`,
    );
  }

  async function compute(models: readonly string[], hours: readonly number[]): Promise<void> {
    const list = join(hours.map(second), ', ');
    const from = Math.min(...hours);
    const to = Math.max(...hours) + HOUR_MS;
    const where = sql`model IN ${models} AND minute >= ${second(from)} AND minute < ${second(to)}
      AND toStartOfHour(minute) IN (${list})`;
    const stamp = sql`toDateTime64(${momentText(options.clock())}, 3, 'UTC')`;
    await lane.run(
      sql`INSERT INTO histograms_hour (model, version, baseline, segment, signal, hour, bins, computed_at)
          SELECT model, version, baseline, segment, signal, toStartOfHour(minute) AS at, sumMap(bins) AS counts, ${stamp}
          FROM histograms WHERE ${where} GROUP BY model, version, baseline, segment, signal, at`,
    );
    await lane.run(
      sql`INSERT INTO traffic_hour (model, version, segment, hour, ${columns()}, computed_at)
          SELECT model, version, segment, toStartOfHour(minute) AS at, ${sums()}, ${stamp}
          FROM traffic AS t WHERE ${where} GROUP BY model, version, segment, at`,
    );
  }

  return {
    horizon: (): Horizon => ({
      rolled,
      settled: options.alone ? Math.min(rolled, changed, changedSince) : 0,
      days: days.horizon(),
    }),

    /** Tells that counts of minutes from `oldest` on (epoch ms) are written: before it begins, and once it is done. */
    touch(oldest: number): void {
      changedSince = Math.min(changedSince, oldest);
    },

    /** Takes over how far an earlier process came. */
    async load(): Promise<void> {
      const [row] = await lane.rows<{ n: number; last: number }>(
        sql`SELECT count() AS n, toUnixTimestamp(max(hour)) * 1000 AS last FROM traffic_hour`,
      );
      rolled = row && row.n > 0 ? row.last + HOUR_MS : 0;
    },

    /** Rolls up every hour that ended and differs from its minutes, then days. Returns how many hours were computed. */
    async pass(signal?: AbortSignal): Promise<number> {
      const started = options.clock();
      changed = Math.min(changed, changedSince);
      changedSince = Number.POSITIVE_INFINITY;
      // Parts carry the database's time, so what is asked of them later is held against its clock, not against ours.
      const [database] = await lane.rows<{ now: number }>(sql`SELECT toUnixTimestamp(now()) * 1000 AS now`);
      const end = Math.floor((started - SETTLE_MS) / HOUR_MS) * HOUR_MS;
      // Minutes near the end of their time may be gone in part: their hours stay as they are.
      const oldest = Math.ceil((started - (options.minuteDays - 1) * DAY_MS) / HOUR_MS) * HOUR_MS;
      let computed = 0;
      for (const week of await weeks(oldest, end)) {
        const from = Math.max(oldest, week);
        const to = Math.min(end, week + WEEK_MS);
        if (from >= to) continue;
        const byModel = new Map<string, number[]>();
        for (const { model, at } of await wrongHours(from, to)) {
          const list = byModel.get(model);
          if (list) list.push(at);
          else byModel.set(model, [at]);
        }
        for (const { models, times } of sharedTimes(byModel, HOURS_AT_ONCE)) {
          signal?.throwIfAborted();
          days.touch(times);
          await compute(models, times);
          computed += models.length * times.length;
        }
      }
      await days.pass(end, signal);
      lastPass = database?.now ?? null;
      rolled = Math.max(rolled, end);
      changed = Number.POSITIVE_INFINITY;
      return computed;
    },
  };

  function columns(): Sql {
    return raw(TRAFFIC_SUMS.join(', '));
  }
  function sums(): Sql {
    return raw(TRAFFIC_SUMS.map((name) => `sum(t.${name})`).join(', '));
  }
}
export type Rollup = ReturnType<typeof createRollup>;
