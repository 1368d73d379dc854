import { total } from './bins.js';
import { StatsInputError } from './errors.js';

const HOUR_MS = 3_600_000;
export const HOURS_OF_WEEK = 168;
/** 1 January 1970 was a Thursday: three days after Monday 00:00 UTC, where the hours of the week start. */
const EPOCH_HOUR = 72;

/** Baseline counts of one hour of the week. */
export interface SeasonalCounts {
  /** 0 = Monday 00:00–01:00 UTC … 167. */
  hour: number;
  counts: readonly number[];
}

/** Hour of the week of a moment in milliseconds since 1970. */
export function hourOfWeek(ms: number): number {
  const hours = Math.floor(ms / HOUR_MS) + EPOCH_HOUR;
  return ((hours % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}

/**
 * What a window should look like when only the time of the week makes the difference: the baseline's counts of the
 * same hours of the week, each weighted by the part of it the window covers.
 *
 * Falls back on the whole baseline (`all`) for windows of a week and more, where the rhythm evens out, and where the
 * baseline has no row in those hours. Counts may be fractions. O(hours covered · bins).
 *
 * @param from start of the window in milliseconds since 1970
 * @param to its end
 */
export function seasonalReference(
  seasonal: readonly SeasonalCounts[],
  baseline: readonly number[],
  from: number,
  to: number,
): { kind: 'all' | 'hour_of_week'; counts: readonly number[] } {
  if (!(to > from)) throw new StatsInputError('to', `is after from, got ${from} and ${to}`);
  if (to - from >= HOURS_OF_WEEK * HOUR_MS) return { kind: 'all', counts: baseline };
  const byHour = new Map(seasonal.map((entry) => [entry.hour, entry.counts]));
  const counts = new Array<number>(baseline.length).fill(0);
  for (let start = Math.floor(from / HOUR_MS) * HOUR_MS; start < to; start += HOUR_MS) {
    const covered = (Math.min(to, start + HOUR_MS) - Math.max(from, start)) / HOUR_MS;
    const there = byHour.get(hourOfWeek(start));
    if (there === undefined) continue;
    if (there.length !== baseline.length) {
      throw new StatsInputError(
        'seasonal',
        `has ${there.length} bins where the baseline has ${baseline.length}`,
      );
    }
    for (let i = 0; i < counts.length; i++) counts[i]! += covered * there[i]!;
  }
  return total(counts) > 0 ? { kind: 'hour_of_week', counts } : { kind: 'all', counts: baseline };
}
