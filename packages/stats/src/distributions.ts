import betainc from '@stdlib/math-base-special-betainc';
import betaincinv from '@stdlib/math-base-special-betaincinv';
import erfc from '@stdlib/math-base-special-erfc';
import gammainc from '@stdlib/math-base-special-gammainc';
import gammaincinv from '@stdlib/math-base-special-gammaincinv';
import gammaln from '@stdlib/math-base-special-gammaln';
import { checkProbability, StatsInputError } from './errors.js';

/*
 * Tails and quantiles of the distributions the statistics need. The special functions come from @stdlib; the two
 * laws it lacks (non-central chi-square, Kolmogorov) are short series over its functions.
 */

/** P(X ≥ x) for X ~ chi-square with `dof` degrees of freedom; 1 for dof 0 (nothing could differ). */
export function chiSquareTail(x: number, dof: number): number {
  checkDof(dof);
  if (Number.isNaN(x)) throw new StatsInputError('x', 'is a number, got NaN');
  if (dof === 0 || x <= 0) return 1;
  if (x === Infinity) return 0;
  return gammainc(x / 2, dof / 2, true, true);
}

/** x with P(X ≥ x) = p for X ~ chi-square with `dof` ≥ 1 degrees of freedom. */
export function chiSquareUpperQuantile(p: number, dof: number): number {
  checkProbability('p', p);
  checkDof(dof);
  if (dof === 0) return 0;
  if (p === 0) return Infinity;
  if (p === 1) return 0;
  return 2 * gammaincinv(p, dof / 2, true);
}

/**
 * P(X ≥ x) for X ~ non-central chi-square: a Poisson(λ/2) mixture of central tails with dof + 2j degrees of
 * freedom, summed outwards from the heaviest term until the terms left are below 1e-17 of the sum or of 1.
 * Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, chapter 29.
 */
export function noncentralChiSquareTail(x: number, dof: number, lambda: number): number {
  checkDof(dof);
  if (!(lambda >= 0 && lambda < Infinity)) {
    throw new StatsInputError('lambda', `is a finite number ≥ 0, got ${lambda}`);
  }
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  if (lambda === 0) return chiSquareTail(x, dof);
  const half = lambda / 2;
  const centre = Math.floor(half);
  const logHalf = Math.log(half);
  const term = (j: number) =>
    Math.exp(j * logHalf - half - gammaln(j + 1)) * (dof + 2 * j === 0 ? 0 : chiSquareTail(x, dof + 2 * j));
  let sum = 0;
  // Upwards the central tails grow to 1, so the terms may still rise for a while in the far tail of x.
  let last = 0;
  for (let j = centre; j < centre + 100_000; j++) {
    const t = term(j);
    sum += t;
    if (t <= last && t < sum * 1e-17) break;
    last = t;
  }
  for (let j = centre - 1; j >= 0; j--) {
    const t = term(j);
    sum += t;
    if (t < sum * 1e-17) break;
  }
  return Math.min(1, sum);
}

/**
 * Kolmogorov's limit law, P(K ≥ λ) = 2 Σ (−1)^{k−1} exp(−2k²λ²); below λ = 1 the dual theta series, which
 * converges there at once. Absolute error below 1e-15.
 */
export function kolmogorovTail(lambda: number): number {
  if (Number.isNaN(lambda)) throw new StatsInputError('lambda', 'is a number, got NaN');
  if (lambda <= 0.04) return 1;
  if (lambda < 1) {
    let sum = 0;
    for (let k = 1; k <= 7; k += 2) sum += Math.exp(-(k * k * Math.PI * Math.PI) / (8 * lambda * lambda));
    return 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 20; k++) {
    const term = Math.exp(-2 * k * k * lambda * lambda);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-17 * sum) break;
  }
  return Math.min(1, 2 * sum);
}

/** P(Z ≥ z) for a standard normal Z. */
export function normalTail(z: number): number {
  if (Number.isNaN(z)) throw new StatsInputError('z', 'is a number, got NaN');
  return 0.5 * erfc(z / Math.SQRT2);
}

/** Regularised incomplete beta I_x(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  checkProbability('x', x);
  checkShape('a', a);
  checkShape('b', b);
  return betainc(x, a, b);
}

/** x with I_x(a, b) = p. */
export function betaQuantile(p: number, a: number, b: number): number {
  checkProbability('p', p);
  checkShape('a', a);
  checkShape('b', b);
  return betaincinv(p, a, b);
}

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  return gammaln(x);
}

function checkDof(dof: number): void {
  if (!(dof >= 0 && dof < Infinity)) throw new StatsInputError('dof', `is a finite number ≥ 0, got ${dof}`);
}

function checkShape(field: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new StatsInputError(field, `is a finite number > 0, got ${value}`);
}
