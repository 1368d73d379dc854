import { chiSquareTail, chiSquareUpperQuantile, noncentralChiSquareTail } from './distributions.js';
import { checkProbability, checkSize, checkWhole, StatsInputError } from './errors.js';
import { effectiveRows } from './psi.js';

/*
 * How PSI behaves without drift: PSI·n_eff is about chi-square with B − 1 degrees of freedom, n_eff = n·m/(n + m).
 * Source: Yurdakul and Naranjo, Statistical properties of the population stability index, J. Risk Model Valid. 14 (2020).
 */

/** Critical PSI: without drift a window of m rows exceeds it with chance `alpha`. */
export function psiCritical(alpha: number, bins: number, n: number, m: number): number {
  checkSizes(bins, n, m);
  checkLevel(alpha);
  return chiSquareUpperQuantile(alpha, bins - 1) / effectiveRows(n, m);
}

/** Standard deviation of PSI without drift, √(2(B − 1))/n_eff. */
export function psiNullStd(bins: number, n: number, m: number): number {
  checkSizes(bins, n, m);
  return Math.sqrt(2 * (bins - 1)) / effectiveRows(n, m);
}

/** Chance that PSI exceeds `threshold` without drift. */
export function psiExceedance(threshold: number, bins: number, n: number, m: number): number {
  checkSizes(bins, n, m);
  return chiSquareTail(threshold * effectiveRows(n, m), bins - 1);
}

/**
 * Relevance p-value: chance of a chi-square statistic at least this large when the true PSI is `delta`. Small
 * values say "surely more than δ", not merely "not zero".
 */
export function relevanceP(chi2: number, dof: number, delta: number, n: number, m: number): number {
  return noncentralChiSquareTail(chi2, dof, delta * effectiveRows(n, m));
}

/** PSI above which the relevance p-value is below `alpha` for a true PSI of `delta`. Bisection to 1e-13 of it. */
export function relevanceCritical(delta: number, alpha: number, bins: number, n: number, m: number): number {
  checkSizes(bins, n, m);
  checkLevel(alpha);
  const rows = effectiveRows(n, m);
  let low = 0;
  let high = chiSquareUpperQuantile(alpha, bins - 1) + delta * rows + 16;
  while (noncentralChiSquareTail(high, bins - 1, delta * rows) > alpha) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2;
    if (noncentralChiSquareTail(middle, bins - 1, delta * rows) > alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2 / rows;
}

/**
 * Smallest window whose PSI exceeds `threshold` with chance at most `alpha` when nothing drifts:
 * ⌈L·N/(N − L)⌉ with L = χ²_{1−α, B−1}/threshold. Null when a baseline of N rows is too small for any window.
 */
export function minimumWindow(n: number, bins: number, threshold: number, alpha: number): number | null {
  checkWhole('bins', bins, 2);
  checkSize('n', n);
  checkLevel(alpha);
  if (!(threshold > 0)) throw new StatsInputError('threshold', `is above 0, got ${threshold}`);
  const least = chiSquareUpperQuantile(alpha, bins - 1) / threshold;
  return n <= least ? null : Math.ceil((least * n) / (n - least));
}

function checkLevel(alpha: number): void {
  checkProbability('alpha', alpha);
  if (alpha === 0) throw new StatsInputError('alpha', 'is above 0, got 0');
}

function checkSizes(bins: number, n: number, m: number): void {
  checkWhole('bins', bins, 2);
  if (!(effectiveRows(n, m) > 0))
    throw new StatsInputError('rows', `are above 0 on both sides, got ${n} and ${m}`);
}
