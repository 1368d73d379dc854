import { checkProbability, checkSize, StatsInputError } from './errors.js';

/**
 * Latencies in fixed logarithmic bins, the same for every model and minute, so that histograms of any minutes,
 * versions and machines merge by adding counts and every quantile of the merge stays within 1 % of the exact one.
 *
 * Bin 0 holds what is at most 1 µs; bin i ≥ 1 holds (1 µs·γ^(i−1), 1 µs·γ^i] with γ = 1.01/0.99. A bin is read
 * back as 2·γ^i/(γ + 1) µs, which is within 1 % of everything in it. The last bin (1,382) ends beyond 11 days and
 * takes whatever is slower. Source of the scheme: Masson, Rim and Lee, DDSketch, VLDB 12 (2019).
 *
 * In SQL: least(1382, greatest(0, ceil(log(ms / 0.001) / log(1.01 / 0.99)))).
 */
export const LATENCY_RELATIVE_ERROR = 0.01;
/** Upper bound of bin 0 in milliseconds. */
export const LATENCY_FLOOR_MS = 0.001;
/** Growth from one bin to the next. */
export const LATENCY_GROWTH = (1 + LATENCY_RELATIVE_ERROR) / (1 - LATENCY_RELATIVE_ERROR);
/** Highest bin. */
export const LATENCY_LAST_BIN = 1382;

const LOG_GROWTH = Math.log(LATENCY_GROWTH);

/** Counts by bin: a sparse map, a dense array, or pairs. */
export type LatencyCounts =
  | ReadonlyMap<number, number>
  | readonly number[]
  | Iterable<readonly [bin: number, count: number]>;

/** Bin of a latency in milliseconds. @throws StatsInputError for a negative latency or NaN */
export function latencyBin(ms: number): number {
  if (!(ms >= 0)) throw new StatsInputError('latency', `is a number of milliseconds ≥ 0, got ${ms}`);
  if (ms <= LATENCY_FLOOR_MS) return 0;
  return Math.min(LATENCY_LAST_BIN, Math.max(0, Math.ceil(Math.log(ms / LATENCY_FLOOR_MS) / LOG_GROWTH)));
}

/** Milliseconds a bin stands for. @throws StatsInputError for a bin that doesn't exist */
export function latencyValue(bin: number): number {
  if (!Number.isInteger(bin) || bin < 0 || bin > LATENCY_LAST_BIN) {
    throw new StatsInputError('bin', `is a whole number 0..${LATENCY_LAST_BIN}, got ${bin}`);
  }
  if (bin === 0) return LATENCY_FLOOR_MS;
  return (LATENCY_FLOOR_MS * 2 * LATENCY_GROWTH ** bin) / (LATENCY_GROWTH + 1);
}

/** Adds histograms up. Takes sparse and dense ones together. */
export function mergeLatencies(histograms: Iterable<LatencyCounts>): Map<number, number> {
  const merged = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [bin, count] of entriesOf(histogram)) merged.set(bin, (merged.get(bin) ?? 0) + count);
  }
  return merged;
}

/** Number of latencies counted. */
export function latencyTotal(counts: LatencyCounts): number {
  let sum = 0;
  for (const [, count] of entriesOf(counts)) sum += count;
  return sum;
}

/**
 * The q-quantile in milliseconds (the smallest value with at least a share q at or below it), within 1 %; null
 * without any latency. O(bins log bins).
 */
export function latencyQuantile(counts: LatencyCounts, q: number): number | null {
  checkProbability('q', q);
  const entries = entriesOf(counts);
  const sum = latencyTotal(entries);
  return sum === 0 ? null : latencyAtRank(entries, Math.ceil(q * sum));
}

/** The latency at a 1-based rank in ascending order; null beyond the last. Ranks below 1 give the least. */
export function latencyAtRank(counts: LatencyCounts, rank: number): number | null {
  const entries = entriesOf(counts)
    .filter(([, count]) => count > 0)
    .sort((a, b) => a[0] - b[0]);
  let seen = 0;
  for (const [bin, count] of entries) {
    seen += count;
    if (seen >= rank) return latencyValue(bin);
  }
  return null;
}

/** @throws StatsInputError for a count that is none */
function entriesOf(counts: LatencyCounts): [number, number][] {
  const items = counts as Iterable<number | readonly [number, number]>;
  return Array.from(items, (item, i) => {
    const [bin, count] = typeof item === 'number' ? [i, item] : [item[0], item[1]];
    checkSize(`counts[${bin}]`, count);
    return [bin, count];
  });
}
