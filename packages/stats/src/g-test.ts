import { type CountTest, chiSquareStatistic } from './chi-square-test.js';
import { chiSquareTail } from './distributions.js';
import { checkPair } from './errors.js';

/**
 * The likelihood-ratio (G) test on a 2 × B table, as `chiSquareTest`: 2 Σ O·ln(O/E), ≥ 0, with the same degrees of
 * freedom and law. Null when a side has no rows. O(bins). Source: Sokal and Rohlf, Biometry (1981), chapter 17.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function gTest(baseline: readonly number[], current: readonly number[]): CountTest | null {
  checkPair(baseline, current);
  const table = chiSquareStatistic(baseline, current);
  if (table === null) return null;
  const n = baseline.reduce((a, b) => a + b, 0);
  const m = current.reduce((a, b) => a + b, 0);
  let g = 0;
  for (let i = 0; i < baseline.length; i++) {
    const both = baseline[i]! + current[i]!;
    g += logRatioTerm(baseline[i]!, (both * n) / (n + m)) + logRatioTerm(current[i]!, (both * m) / (n + m));
  }
  const statistic = Math.max(0, 2 * g);
  return { statistic, dof: table.dof, p: chiSquareTail(statistic, table.dof) };
}

function logRatioTerm(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}
