import { total } from './bins.js';
import { checkPair, checkPhi, checkSize, checkWhole, StatsInputError } from './errors.js';

/** Zero share replaced by this in the epsilon variants of PSI. */
export const PSI_EPSILON = 1e-4;

/**
 * Population stability index over two histograms, Σ (q_i − p_i)·ln(q_i / p_i), natural logarithm.
 *
 * Symmetric, ≥ 0, unbounded. Null when infinite (a bin empty on one side only) or when a side has no rows; bins
 * empty on both sides add nothing. O(bins). Source: Siddiqi, Credit Risk Scorecards (2006), chapter 9.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function psi(baseline: readonly number[], current: readonly number[]): number | null {
  return psiOfShares(baseline, current, (share) => share);
}

/** PSI with zero shares replaced by 1e-4 and nothing renormalised, as several open tools compute it. */
export function psiZeroEpsilon(baseline: readonly number[], current: readonly number[]): number | null {
  return psiOfShares(baseline, current, (share) => (share === 0 ? PSI_EPSILON : share));
}

/** PSI with every share raised to at least 1e-4 and nothing renormalised. */
export function psiFloorEpsilon(baseline: readonly number[], current: readonly number[]): number | null {
  return psiOfShares(baseline, current, (share) => Math.max(share, PSI_EPSILON));
}

function psiOfShares(
  baseline: readonly number[],
  current: readonly number[],
  mend: (share: number) => number,
): number | null {
  checkPair(baseline, current);
  const n = total(baseline);
  const m = total(current);
  if (n === 0 || m === 0) return null;
  let sum = 0;
  for (let i = 0; i < baseline.length; i++) {
    const p = mend(baseline[i]! / n);
    const q = mend(current[i]! / m);
    if (p === q) continue;
    if (p === 0 || q === 0) return null;
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}

/**
 * PSI with `a` pseudo-rows added to every bin of both sides: p = (r + a)/(n + aB), q = (c + a)/(m + aB).
 *
 * Always finite. a = 0.5 is Jeffreys' prior. Null when a side has no rows. O(bins). Source: Jeffreys, Proc. Royal Soc. A
 * 186 (1946), whose divergence PSI is and whose prior a = 0.5 is.
 *
 * @throws StatsInputError as `psi`, and for an `a` that is not above 0
 */
export function psiLaplace(baseline: readonly number[], current: readonly number[], a = 0.5): number | null {
  checkPair(baseline, current);
  if (!(a > 0 && a < Infinity)) throw new StatsInputError('a', `is a finite number > 0, got ${a}`);
  const bins = baseline.length;
  const n = total(baseline);
  const m = total(current);
  if (n === 0 || m === 0) return null;
  const pScale = 1 / (n + a * bins);
  const qScale = 1 / (m + a * bins);
  let sum = 0;
  for (let i = 0; i < bins; i++) {
    const p = (baseline[i]! + a) * pScale;
    const q = (current[i]! + a) * qScale;
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}

/** Effective rows of a comparison: n·m/(n + m). 0 when a side is empty. @throws StatsInputError for no numbers of rows */
export function effectiveRows(n: number, m: number): number {
  checkSize('n', n);
  checkSize('m', m);
  return n > 0 && m > 0 ? (n * m) / (n + m) : 0;
}

/** Number of bins with at least one row on either side. */
export function occupiedBins(baseline: readonly number[], current: readonly number[]): number {
  let occupied = 0;
  for (let i = 0; i < baseline.length; i++) if (baseline[i]! + current[i]! > 0) occupied++;
  return occupied;
}

/**
 * PSI less what sampling alone is expected to add: Laplace PSI (a = 0.5) − φ·(B − 1)/n_eff, B counting the bins
 * occupied on either side.
 *
 * About 0 on average without drift, and may be below 0. `phi` is the overdispersion of the rows (1 = independent).
 * Null when a side has no rows. Why: with no drift PSI·n_eff is about chi-square with B − 1 degrees of freedom
 * (Yurdakul, Statistical properties of PSI, 2018), whose mean is B − 1. O(bins).
 *
 * @throws StatsInputError as `psi`, and for φ < 1
 */
export function psiDebiased(baseline: readonly number[], current: readonly number[], phi = 1): number | null {
  checkPhi(phi);
  const smoothed = psiLaplace(baseline, current, 0.5);
  if (smoothed === null) return null;
  const noise = psiNullMean(occupiedBins(baseline, current), total(baseline), total(current));
  return smoothed - phi * noise;
}

/** Mean PSI without any drift: (B − 1)/n_eff. @throws StatsInputError for no bin or a side without rows */
export function psiNullMean(bins: number, n: number, m: number): number {
  checkWhole('bins', bins, 1);
  const rows = effectiveRows(n, m);
  if (rows === 0) throw new StatsInputError('rows', `are above 0 on both sides, got ${n} and ${m}`);
  return (bins - 1) / rows;
}
