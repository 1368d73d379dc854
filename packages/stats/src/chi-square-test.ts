import { chiSquareTail } from './distributions.js';
import { checkPair } from './errors.js';

/** A two-sample test on counts; `p` is null where there is nothing to compare (a side without rows). */
export interface CountTest {
  statistic: number;
  dof: number;
  p: number;
}

/**
 * Pearson's two-sample chi-square on a 2 × B table: do two histograms come from one distribution?
 *
 * Bins empty on both sides are dropped; no Yates correction. Statistic ≥ 0, dof = occupied bins − 1, p by the
 * chi-square law (good while the smaller sample expects about 5 rows a bin). Null when a side has no rows. O(bins).
 * Source: Pearson (1900); the two-sample form in Press et al., Numerical Recipes (2007), section 14.3.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function chiSquareTest(baseline: readonly number[], current: readonly number[]): CountTest | null {
  checkPair(baseline, current);
  const table = chiSquareStatistic(baseline, current);
  return table === null ? null : { ...table, p: chiSquareTail(table.statistic, table.dof) };
}

/** The statistic and degrees of freedom alone, inputs unchecked: the hot path of the judge. */
export function chiSquareStatistic(
  baseline: ArrayLike<number>,
  current: ArrayLike<number>,
): { statistic: number; dof: number } | null {
  let n = 0;
  let m = 0;
  for (let i = 0; i < baseline.length; i++) {
    n += baseline[i]!;
    m += current[i]!;
  }
  if (n === 0 || m === 0) return null;
  let sum = 0;
  let occupied = 0;
  for (let i = 0; i < baseline.length; i++) {
    const both = baseline[i]! + current[i]!;
    if (both === 0) continue;
    occupied++;
    const difference = current[i]! / m - baseline[i]! / n;
    sum += (difference * difference) / both;
  }
  // Σ over both rows of (O−E)²/E, brought to one term a column.
  return { statistic: n * m * sum, dof: occupied - 1 };
}
