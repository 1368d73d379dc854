import type { BaselineSignal } from '@leeway/contract';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
/** 1970-01-01 was a Thursday: the first Monday 00:00 UTC is 96 hours later, so hour 0 of the epoch is hour 72. */
const EPOCH_HOUR_OF_WEEK = 72;
/** Seasonal counts with fewer rows than this say less than the whole baseline does. */
export const LEAST_SEASONAL_ROWS = 500;

export interface Reference {
  kind: 'all' | 'hour_of_week';
  counts: readonly number[];
}

/** Hour of the week of a moment, 0 = Monday 00:00 UTC. */
export function hourOfWeek(at: number): number {
  return (((Math.floor(at / HOUR_MS) + EPOCH_HOUR_OF_WEEK) % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS;
}

/**
 * What a window is compared with: the baseline's rows of the same hours of the week, each hour weighted by the part
 * of it that the window covers, or the whole baseline where it carries no timestamps, has too few rows in those
 * hours, or the window spans a week or more. Pure, O(hours × bins).
 */
export function referenceFor(
  signal: BaselineSignal,
  window: { start: number; end: number },
  seasonal: boolean,
): Reference {
  const all: Reference = { kind: 'all', counts: signal.counts };
  if (!seasonal || signal.seasonal === null || window.end - window.start >= WEEK_HOURS * HOUR_MS) return all;
  const hours = hoursOf(window);
  const most = Math.max(...hours.map(({ covered }) => covered));
  const byHour = new Map(signal.seasonal.map(({ hour, counts }) => [hour, counts]));
  const sums = new Array<number>(signal.counts.length).fill(0);
  for (const { hour, covered } of hours) {
    const counts = byHour.get(hour);
    if (!counts) continue;
    const weight = covered / most;
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + (counts[i] ?? 0) * weight;
  }
  let rows = 0;
  for (let i = 0; i < sums.length; i++) {
    sums[i] = Math.round(sums[i]!);
    rows += sums[i]!;
  }
  return rows >= LEAST_SEASONAL_ROWS ? { kind: 'hour_of_week', counts: sums } : all;
}

function hoursOf(window: { start: number; end: number }): { hour: number; covered: number }[] {
  const hours: { hour: number; covered: number }[] = [];
  for (let at = window.start; at < window.end; ) {
    const next = Math.min(window.end, (Math.floor(at / HOUR_MS) + 1) * HOUR_MS);
    hours.push({ hour: hourOfWeek(at), covered: next - at });
    at = next;
  }
  return hours;
}

/** True where at least one signal can be compared with its own hours of the week. */
export function isSeasonal(signals: readonly BaselineSignal[], seasonal: boolean): boolean {
  return seasonal && signals.some((signal) => signal.seasonal !== null);
}
