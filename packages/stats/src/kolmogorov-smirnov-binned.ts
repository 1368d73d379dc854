import { checkPair } from './errors.js';

/** Bounds of the exact two-sample KS statistic when only counts are known. */
export interface KsBracket {
  low: number;
  high: number;
}

/**
 * Brackets the exact Kolmogorov–Smirnov statistic sup|F − G| from counts over shared, ordered bins.
 *
 * `low` is the largest difference seen at a bin border; `high` the largest there could be inside a bin:
 * max_i max(F_{i+1} − G_i, G_{i+1} − F_i). high − low ≤ the largest share of any bin, so 120 bins of equal mass
 * pin it to about 0.01. Both 0..1; null when a side has no rows. O(bins). Source: both distribution functions
 * ascend, so between two borders they differ by no more than crosswise at the borders.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function ksBracket(baseline: readonly number[], current: readonly number[]): KsBracket | null {
  checkPair(baseline, current);
  return ksBracketBetween(baseline, current, 0, baseline.length);
}

/** The bracket over positions `from` (inclusive) to `to` (exclusive), inputs unchecked: the judge's hot path. */
export function ksBracketBetween(
  baseline: readonly number[],
  current: readonly number[],
  from: number,
  to: number,
): KsBracket | null {
  let n = 0;
  let m = 0;
  for (let i = from; i < to; i++) {
    n += baseline[i]!;
    m += current[i]!;
  }
  if (n === 0 || m === 0) return null;
  let low = 0;
  let high = 0;
  let f = 0;
  let g = 0;
  for (let i = from; i < to; i++) {
    const fBefore = f / n;
    const gBefore = g / m;
    f += baseline[i]!;
    g += current[i]!;
    const fAfter = f / n;
    const gAfter = g / m;
    low = Math.max(low, Math.abs(fAfter - gAfter));
    high = Math.max(high, fAfter - gBefore, gAfter - fBefore);
  }
  return { low, high: Math.min(1, Math.max(low, high)) };
}
