import { total } from './bins.js';
import { checkPair } from './errors.js';

/**
 * Total variation ½ Σ |p − q|: the share of rows that would have to change bins, 0..1. Null when a side has no
 * rows. O(bins). Source: Levin, Peres and Wilmer, Markov Chains and Mixing Times (2009), chapter 4.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are negative or not finite
 */
export function totalVariation(baseline: readonly number[], current: readonly number[]): number | null {
  const differences = shareDifferences(baseline, current);
  return differences === null ? null : differences.reduce((a, b) => a + b, 0) / 2;
}

/**
 * L∞, max |p_i − q_i|: the largest difference of any one bin's share, 0..1. Null when a side has no rows. O(bins).
 * Blind to many small changes that total variation adds up; errors as there.
 */
export function largestDifference(baseline: readonly number[], current: readonly number[]): number | null {
  const differences = shareDifferences(baseline, current);
  return differences === null ? null : differences.reduce((a, b) => Math.max(a, b), 0);
}

function shareDifferences(baseline: readonly number[], current: readonly number[]): number[] | null {
  checkPair(baseline, current);
  const n = total(baseline);
  const m = total(current);
  if (n === 0 || m === 0) return null;
  return baseline.map((r, i) => Math.abs(r / n - current[i]! / m));
}
