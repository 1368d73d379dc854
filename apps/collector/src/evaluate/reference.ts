import type { BaselineSignal } from '@leeway/contract';
import { seasonalReference } from '@leeway/stats';

const HOUR_MS = 3_600_000;

export interface Reference {
  kind: 'all' | 'hour_of_week';
  counts: readonly number[];
}

/**
 * What a window is compared with: the baseline's rows of the same hours of the week, each hour weighted by the part
 * of it that the window covers, or the whole baseline where it carries no timestamps, no row in those hours, or the
 * window spans a week or more. Few rows in those hours make the verdict `insufficient_data`, not a comparison with
 * all hours: falling back brings the alarms of every night back (docs/statistics.md). Pure,
 * O(hours × bins).
 */
export function referenceFor(
  signal: BaselineSignal,
  window: { start: number; end: number },
  seasonal: boolean,
): Reference {
  const all: Reference = { kind: 'all', counts: signal.counts };
  if (!seasonal || signal.seasonal === null) return all;
  const found = seasonalReference(signal.seasonal, signal.counts, window.start, window.end);
  if (found.kind === 'all') return all;
  // Weights compare hours with each other. Five minutes of one hour are told from all rows of that hour.
  const scale = 1 / mostCovered(window);
  const counts = found.counts.map((count) => Math.round(count * scale));
  return counts.some((count) => count > 0) ? { kind: 'hour_of_week', counts } : all;
}

/** The largest part of any hour that the window covers, 0..1. */
function mostCovered({ start, end }: { start: number; end: number }): number {
  let most = 0;
  for (let hour = Math.floor(start / HOUR_MS) * HOUR_MS; hour < end && most < 1; hour += HOUR_MS)
    most = Math.max(most, (Math.min(end, hour + HOUR_MS) - Math.max(start, hour)) / HOUR_MS);
  return most;
}

/** True where at least one signal can be compared with its own hours of the week. */
export function isSeasonal(signals: readonly BaselineSignal[], seasonal: boolean): boolean {
  return seasonal && signals.some((signal) => signal.seasonal !== null);
}
