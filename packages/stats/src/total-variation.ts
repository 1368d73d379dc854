import { shareDifferences } from './share-differences.js';

/**
 * Total variation ½ Σ |p − q|: the share of rows that would have to change bins, 0..1. Null when a side has no
 * rows. O(bins). Source: Levin, Peres and Wilmer, Markov Chains and Mixing Times (2009), chapter 4.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function totalVariation(baseline: readonly number[], current: readonly number[]): number | null {
  const differences = shareDifferences(baseline, current);
  return differences === null ? null : differences.reduce((a, b) => a + b, 0) / 2;
}
