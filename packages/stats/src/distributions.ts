import betainc from '@stdlib/math-base-special-betainc';
import betaincinv from '@stdlib/math-base-special-betaincinv';
import erfc from '@stdlib/math-base-special-erfc';
import gammainc from '@stdlib/math-base-special-gammainc';
import gammaincinv from '@stdlib/math-base-special-gammaincinv';
import gammaln from '@stdlib/math-base-special-gammaln';
import { checkProbability, checkSize, StatsInputError } from './errors.js';

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
  return dof > MOST_STEPS ? normalTail(wilsonHilferty(x, dof)) : upperGamma(x / 2, dof / 2);
}

/** Degrees of freedom beyond which the normal law is as good (within 1e-7) and the recurrence too long. */
const MOST_STEPS = 1_000_000;

/** Wilson and Hilferty's cube root: a chi-square value as a standard normal one. */
function wilsonHilferty(x: number, dof: number): number {
  const spread = 2 / (9 * dof);
  return (Math.cbrt(x / dof) - (1 - spread)) / Math.sqrt(spread);
}

/** Shape up to which the library's incomplete gamma keeps its digits; near 1,000 it is off by 1 % where x ≈ a. */
const LIBRARY_SHAPE = 400;

/** Regularised upper incomplete gamma Q(a, x), carried on above the library's good range by its recurrence. */
function upperGamma(x: number, a: number): number {
  if (a <= LIBRARY_SHAPE) return gammainc(x, a, true, true);
  const steps = Math.ceil(a - LIBRARY_SHAPE);
  // Q(a, x) = Q(a − steps, x) + Σ x^k e^−x / Γ(k + 1), all terms positive, summed from the top down.
  let sum = 0;
  for (let i = 1; i <= steps; i++) {
    const term = gammaStep(x, a - i);
    sum += term;
    if (a - i < x && term < sum * 1e-17) return Math.min(1, sum);
  }
  return Math.min(1, sum + gammainc(x, a - steps, true, true));
}

/** x^a e^−x / Γ(a + 1): what the recurrence Q(a + 1, x) = Q(a, x) + … adds. */
function gammaStep(x: number, a: number): number {
  return Math.exp(a * Math.log(x) - x - gammaln(a + 1));
}

/** x with P(X ≥ x) = p for X ~ chi-square with `dof` ≥ 1 degrees of freedom; Infinity for p = 0. */
export function chiSquareUpperQuantile(p: number, dof: number): number {
  checkProbability('p', p);
  checkDof(dof);
  if (dof === 0) return 0;
  if (p === 0) return Infinity;
  if (p === 1) return 0;
  if (dof / 2 <= LIBRARY_SHAPE) return 2 * gammaincinv(p, dof / 2, true);
  let low = 0;
  let high = 2 * dof;
  while (chiSquareTail(high, dof) > p) high *= 2;
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (chiSquareTail(middle, dof) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(X ≥ x) for X ~ non-central chi-square: a Poisson(λ/2) mixture of central tails with dof + 2j degrees of
 * freedom. The first tail comes from the library, each next one from the one before by the gamma recurrence, so
 * that all terms are positive and no digits cancel. O(λ); above λ = 2e6 or a million degrees the normal law.
 * Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, chapter 29.
 */
export function noncentralChiSquareTail(x: number, dof: number, lambda: number): number {
  checkDof(dof);
  checkSize('lambda', lambda);
  if (Number.isNaN(x)) throw new StatsInputError('x', 'is a number, got NaN');
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  const half = lambda / 2;
  if (half === 0) return chiSquareTail(x, dof);
  // The mixture is as good as normal there (skewness below 0.002), and a sum of a million terms isn't worth it.
  if (half > 1e6 || dof > MOST_STEPS)
    return normalTail((x - dof - lambda) / Math.sqrt(2 * (dof + 2 * lambda)));
  const shape = dof / 2;
  // With 0 degrees of freedom the first part is a point mass at 0, which is below x.
  let tail = dof === 0 ? 0 : upperGamma(x / 2, shape);
  let sum = 0;
  for (let j = 0; ; j++) {
    const weight = gammaStep(half, j);
    sum += weight * tail;
    // Beyond the Poisson's centre the weights fall faster than geometrically, and no tail exceeds 1.
    if (j > half && (weight < sum * 1e-17 || weight === 0)) break;
    tail = Math.min(1, tail + gammaStep(x / 2, shape + j));
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

/** z with P(Z ≥ z) = p for a standard normal Z and 0 < p < 1: the root of the chi-square quantile with 1 degree. */
export function normalUpperQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new StatsInputError('p', `is between 0 and 1, got ${p}`);
  if (p === 0.5) return 0;
  return p < 0.5
    ? Math.sqrt(chiSquareUpperQuantile(2 * p, 1))
    : -Math.sqrt(chiSquareUpperQuantile(2 * (1 - p), 1));
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
  checkSize('dof', dof);
}

function checkShape(field: string, value: number): void {
  checkSize(field, value);
  // Shapes nearer to 0 than this put all mass on the ends, where the library loses its digits.
  if (value < 1e-9) throw new StatsInputError(field, `is a finite number > 0, got ${value}`);
}
