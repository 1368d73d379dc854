import { StoreError } from '../engine/errors.js';
import { raw, second, sql } from '../sql.js';
import {
  type CountingPlan,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  type PlanLookup,
  type StoreLogger,
} from '../types.js';
import { type AuditTools, findWrongMinutes, rebuildMinutes, type WrongMinute } from './audit.js';

/** What an audit of one model found and did. */
export interface AuditReport {
  model: string;
  from: number;
  to: number;
  minutes: number;
  wrong: WrongMinute[];
  wrongMinutes: number;
  repaired: number;
}

/** Hears of a model's minutes whose counts were made right, `[from, to)` in epoch ms: their windows are judged again. */
export type RepairListener = (model: string, from: number, to: number) => void;

/** Events whose counts one rebuild takes while writes wait: well below a second of work. */
const EVENTS_AT_ONCE = 100_000;
/** Wrong minutes that a report lists. */
const LISTED = 100;

/** How far a long job is (0..1), and a way to end it early. */
export interface Progress {
  done(share: number): void;
  signal?: AbortSignal;
}

/**
 * Keeps counts what events say. One routine serves the audit after a crash, `leeway verify`, the background job and
 * the re-bin for a new baseline: find the minutes that differ, add the difference. So every one of them can be cut
 * off and run again.
 *
 * `unfinished` tells whether a batch is half written: its events are there and its counts will still come, so
 * nothing may be compared until it is finished.
 */
export function createCounting(
  tools: AuditTools,
  options: {
    /** Days for which events and the counts of their minutes are both kept. */
    eventDays: number;
    unfinished: () => boolean;
    plans: () => PlanLookup;
    repaired: RepairListener;
    logger: StoreLogger;
  },
) {
  /** Events older than this may be gone, and their counts must not go with them. */
  function oldest(): number {
    return Math.ceil((tools.clock() - options.eventDays * DAY_MS) / MINUTE_MS) * MINUTE_MS;
  }

  function planOf(model: string): CountingPlan {
    return options.plans()(model) ?? { model, baseline: null, signals: [], segmentTags: [] };
  }

  /** Cuts a range into pieces of about `EVENTS_AT_ONCE` events, on minute boundaries. */
  async function pieces(model: string, from: number, to: number): Promise<{ from: number; to: number }[]> {
    const within = (column: string) =>
      sql`model = ${model} AND ${raw(column)} >= ${second(from)} AND ${raw(column)} < ${second(to)}`;
    const rows = await tools.lane.rows<{ at: number; n: number }>(
      sql`SELECT toUnixTimestamp(minute) * 1000 AS at, max(rows) AS n FROM (
            SELECT toStartOfMinute(ts) AS minute, count() AS rows FROM events WHERE ${within('ts')} GROUP BY minute
            UNION ALL SELECT minute, toUInt64(1) AS rows FROM traffic WHERE ${within('minute')} AND segment = '' GROUP BY minute)
          GROUP BY minute ORDER BY minute`,
    );
    const found: { from: number; to: number }[] = [];
    let start: number | null = null;
    let sum = 0;
    for (const row of rows) {
      start ??= row.at;
      sum += row.n;
      if (sum < EVENTS_AT_ONCE) continue;
      found.push({ from: start, to: row.at + MINUTE_MS });
      start = null;
      sum = 0;
    }
    const last = rows[rows.length - 1];
    if (start !== null && last) found.push({ from: start, to: last.at + MINUTE_MS });
    return found;
  }

  /**
   * Wrong minutes of a piece. A first look runs beside the writes and may see a batch half way; only what it finds
   * is looked at again, alone, and then made right.
   */
  async function check(
    plan: CountingPlan,
    from: number,
    to: number,
    how: { repair: boolean; waitForBatches: boolean },
  ): Promise<WrongMinute[]> {
    const suspected = await findWrongMinutes(tools, plan, from, to);
    if (suspected.length === 0) return [];
    const wrong = await tools.gate.exclusive(async () => {
      if (how.waitForBatches && options.unfinished())
        throw new StoreError(
          'A batch is half written: counts are compared once it is finished',
          'busy',
          true,
        );
      const wrong = await findWrongMinutes(tools, plan, from, to);
      if (how.repair && wrong.length > 0) await rebuildMinutes(tools, plan, wrong);
      return wrong;
    });
    // They come in the order of time. Told piece by piece: a later one may fail.
    const [first, last] = [wrong[0], wrong[wrong.length - 1]];
    if (how.repair && first && last) options.repaired(plan.model, first.minute, last.minute + MINUTE_MS);
    return wrong;
  }

  async function audit(
    model: string,
    range: { from: number; to: number },
    repair: boolean,
    progress?: Progress,
  ): Promise<AuditReport> {
    const from = Math.max(oldest(), Math.floor(range.from / MINUTE_MS) * MINUTE_MS);
    const to = Math.ceil(range.to / MINUTE_MS) * MINUTE_MS;
    const plan = planOf(model);
    const report: AuditReport = { model, from, to, minutes: 0, wrong: [], wrongMinutes: 0, repaired: 0 };
    const parts = from < to ? await pieces(model, from, to) : [];
    for (const [i, part] of parts.entries()) {
      progress?.signal?.throwIfAborted();
      const wrong = await check(plan, part.from, part.to, { repair, waitForBatches: true });
      report.minutes += (part.to - part.from) / MINUTE_MS;
      report.wrongMinutes += wrong.length;
      report.wrong.push(...wrong.slice(0, LISTED - report.wrong.length));
      if (repair) report.repaired += wrong.length;
      progress?.done((i + 1) / parts.length);
    }
    progress?.done(1);
    return report;
  }

  return {
    /** Compares counts with events over `[from, to)` (epoch ms) and, with `repair`, makes them agree. */
    audit,

    /**
     * Counts all retained events of a model against its active baseline. Calls `done` with 0..1; run again after a
     * stop, it goes over what is counted already without counting it twice.
     */
    async rebin(model: string, progress: Progress): Promise<void> {
      const from = oldest();
      await audit(model, { from, to: tools.clock() + HOUR_MS }, true, progress);
    },

    /** Rebuilds counts for the minutes that a range of offsets touched, where they differ. */
    async repairRange(source: string, first: bigint, last: bigint): Promise<{ rebuiltMinutes: number }> {
      const touched = await tools.lane.rows<{ model: string; at: number; n: number }>(
        sql`SELECT model, toUnixTimestamp(toStartOfMinute(ts)) * 1000 AS at, count() AS n FROM events
            WHERE source = ${source} AND offset BETWEEN ${first} AND ${last} GROUP BY model, at ORDER BY model, at`,
      );
      let rebuiltMinutes = 0;
      // A partition that recovers does not wait for batches of others: the next audit sees to minutes they share.
      const how = { repair: true, waitForBatches: false };
      const limit = oldest();
      for (const model of new Set(touched.map((row) => row.model))) {
        const plan = planOf(model);
        const minutes = touched.filter((row) => row.model === model && row.at >= limit).map((row) => row.at);
        for (const run of runs(minutes)) {
          rebuiltMinutes += (await check(plan, run.from, run.to, how)).length;
        }
      }
      if (rebuiltMinutes > 0)
        options.logger.warn({ source, rebuiltMinutes }, 'counts differed from events and were rebuilt');
      return { rebuiltMinutes };
    },
  };
}
export type Counting = ReturnType<typeof createCounting>;

/** Neighbouring minutes as ranges, joined over gaps of less than an hour, each at most a day long. */
export function runs(minutes: readonly number[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const minute of minutes) {
    const open = found[found.length - 1];
    if (open && minute - open.to < HOUR_MS && minute + MINUTE_MS - open.from <= DAY_MS)
      open.to = minute + MINUTE_MS;
    else found.push({ from: minute, to: minute + MINUTE_MS });
  }
  return found;
}
