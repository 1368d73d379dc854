import { total } from './bins.js';
import { checkPair } from './errors.js';

/**
 * How much the share of each bin differs, |p − q|, 0..1. Null when a side has no rows.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function shareDifferences(baseline: readonly number[], current: readonly number[]): number[] | null {
  checkPair(baseline, current);
  const n = total(baseline);
  const m = total(current);
  if (n === 0 || m === 0) return null;
  return baseline.map((r, i) => Math.abs(r / n - current[i]! / m));
}
