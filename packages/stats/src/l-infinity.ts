import { shareDifferences } from './share-differences.js';

/**
 * L∞, max |p_i − q_i|: the largest difference of any one bin's share, 0..1. Null when a side has no rows. O(bins).
 * Blind to many small changes that total variation adds up. Source: the Chebyshev distance of two distributions; Deza
 * and Deza, Encyclopedia of Distances (2009), chapter 14.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function largestDifference(baseline: readonly number[], current: readonly number[]): number | null {
  const differences = shareDifferences(baseline, current);
  return differences === null ? null : differences.reduce((a, b) => Math.max(a, b), 0);
}
