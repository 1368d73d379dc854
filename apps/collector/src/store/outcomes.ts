import type { Lane } from './engine/lane.js';
import { OUTCOME_COLUMNS, outcomeSelect } from './queries/outcome-sums.js';
import { join, moment, momentText, type Sql, second, sql } from './sql.js';
import { DAY_MS, MINUTE_MS } from './types.js';

/** How far behind the last pass the next one begins: clocks of collectors differ, and batches are written meanwhile. */
const OVERLAP_MS = 3 * MINUTE_MS;
/** Minutes that one insert computes. */
const MINUTES_AT_ONCE = 1_000;
/** Stale minutes that one question lists. */
const LISTED = 20_000;
/** After a start: how far before the newest outcome labels are looked at again, for a pass that was cut off. */
const RESTART_OVERLAP_MS = 60 * MINUTE_MS;

interface StaleMinute {
  model: string;
  at: number;
}
/** Lists stale minutes in the order of model and time, from behind `after` on. */
type Listing = (after: StaleMinute) => Promise<StaleMinute[]>;

/**
 * Keeps `outcomes` what events and labels say, so that performance over time is read from sums by the minute instead of
 * joining every event with its label. A minute is computed anew, as a whole, when one of its events or a label of one
 * arrived; the newer row replaces the older. So late labels, corrected labels and late events come through with the
 * next pass, a repeat changes nothing, and a stop in the middle does no harm.
 */
export function createOutcomes(lane: Lane, options: { eventDays: number; clock: () => number }) {
  /** Moment of the last complete pass; null before the first of this process. */
  let lastPass: number | null = null;

  const behind = ({ model, at }: StaleMinute) => sql`(model, minute) > (${model}, ${second(at)})`;

  /** What an earlier process left: minutes whose number of events differs. */
  const differing =
    (from: number): Listing =>
    (after) =>
      lane.rows(
        sql`SELECT model, toUnixTimestamp(minute) * 1000 AS at FROM (
              SELECT model, toStartOfMinute(ts) AS minute, toInt64(count()) AS n FROM events
              WHERE ts >= ${moment(from)} GROUP BY model, minute
              UNION ALL SELECT model, minute, -sum(events) AS n FROM outcomes FINAL
              WHERE minute >= ${second(from)} GROUP BY model, minute)
            WHERE ${behind(after)} GROUP BY model, minute HAVING sum(n) > 0 ORDER BY model, minute LIMIT ${LISTED}`,
      );

  /** Minutes of events, and of events whose labels, were received since a moment. */
  const touched =
    (since: number, from: number): Listing =>
    (after) => {
      const fresh = sql`received_at >= ${moment(since)}`;
      const kept = sql`ts >= ${moment(from)}`;
      return lane.rows(
        sql`SELECT model, toUnixTimestamp(minute) * 1000 AS at FROM (
              SELECT model, toStartOfMinute(ts) AS minute FROM events WHERE ${fresh} AND ${kept}
              UNION ALL SELECT model, toStartOfMinute(ts) AS minute FROM events
              WHERE ${kept} AND model IN (SELECT model FROM labels WHERE ${fresh})
                AND (model, id) IN (SELECT model, id FROM labels WHERE ${fresh}))
            WHERE ${behind(after)} GROUP BY model, minute ORDER BY model, minute LIMIT ${LISTED}`,
      );
    };

  async function compute(model: string, minutes: readonly number[], stampMs: number): Promise<void> {
    const from = Math.min(...minutes);
    const to = Math.max(...minutes) + MINUTE_MS;
    const whole = (to - from) / MINUTE_MS === minutes.length;
    const only = whole ? sql`` : sql`AND toStartOfMinute(ts) IN (${join(minutes.map(second), ', ')})`;
    const where = sql`model = ${model} AND ts >= ${moment(from)} AND ts < ${moment(to)} ${only}`;
    const stamp = sql`toDateTime64(${momentText(stampMs)}, 3, 'UTC')`;
    const groups: Sql[] = [sql`${model}`, sql`e.version`, sql`toStartOfMinute(e.ts)`, stamp];
    await lane.run(
      sql`INSERT INTO outcomes (model, version, minute, computed_at, ${OUTCOME_COLUMNS})
          ${outcomeSelect(model, where, groups)}`,
    );
  }

  /** When the newest outcome was computed, null when there is none. */
  async function newest(): Promise<number | null> {
    const [row] = await lane.rows<{ n: number; last: number }>(
      sql`SELECT count() AS n, toUnixTimestamp64Milli(max(computed_at)) AS last FROM outcomes`,
    );
    return row && row.n > 0 ? row.last : null;
  }

  async function computeAll(listing: Listing, stampMs: number, signal?: AbortSignal): Promise<number> {
    let computed = 0;
    let after: StaleMinute = { model: '', at: 0 };
    for (;;) {
      const stale = await listing(after);
      for (const { model, minutes } of partsOf(stale)) {
        signal?.throwIfAborted();
        await compute(model, minutes, stampMs);
        computed += minutes.length;
      }
      const last = stale[stale.length - 1];
      if (!last || stale.length < LISTED) return computed;
      after = last;
    }
  }

  return {
    /** Computes every minute that is out of date. Returns how many there were. */
    async pass(signal?: AbortSignal): Promise<number> {
      const started = options.clock();
      const oldest = Math.ceil((started - options.eventDays * DAY_MS) / MINUTE_MS) * MINUTE_MS;
      let computed = 0;
      if (lastPass === null) {
        const since = await newest();
        if (since !== null)
          computed += await computeAll(touched(since - RESTART_OVERLAP_MS, oldest), started, signal);
        computed += await computeAll(differing(oldest), started, signal);
      } else computed += await computeAll(touched(lastPass - OVERLAP_MS, oldest), started, signal);
      lastPass = started;
      return computed;
    },
  };
}
/** Neighbours in the list that one insert computes: of the same model, at most `MINUTES_AT_ONCE`. */
function partsOf(stale: readonly StaleMinute[]): { model: string; minutes: number[] }[] {
  const parts: { model: string; minutes: number[] }[] = [];
  for (const { model, at } of stale) {
    const open = parts[parts.length - 1];
    if (open?.model === model && open.minutes.length < MINUTES_AT_ONCE) open.minutes.push(at);
    else parts.push({ model, minutes: [at] });
  }
  return parts;
}

export type Outcomes = ReturnType<typeof createOutcomes>;
