import { betaCdf } from './distributions.js';
import { checkProbability, checkWhole } from './errors.js';

/** P(X ≤ k) for X ~ Binomial(n, p), through the incomplete beta function. k may lie outside 0..n. */
export function binomialCdf(k: number, n: number, p: number): number {
  checkWhole('n', n, 0);
  checkProbability('p', p);
  if (k < 0) return 0;
  const whole = Math.floor(k);
  return whole >= n ? 1 : betaCdf(1 - p, n - whole, whole + 1);
}

/**
 * P(X ≥ k) for X ~ Binomial(n, p): how surprising k events in n are when the true rate is p. Exact, so a rule like
 * "errors above 1 %" can ask for evidence at any number of requests. 0..1, O(1).
 * Source: NIST Handbook of Mathematical Functions (2010), 8.17.5.
 *
 * @throws StatsInputError for n that is no whole number ≥ 0 or p outside 0..1
 */
export function binomialTail(k: number, n: number, p: number): number {
  checkWhole('n', n, 0);
  checkProbability('p', p);
  const whole = Math.ceil(k);
  if (whole <= 0) return 1;
  return whole > n ? 0 : betaCdf(p, whole, n - whole + 1);
}

/**
 * Smallest k with P(X ≤ k) ≥ probability. O(log n).
 *
 * @throws StatsInputError for n that is no whole number ≥ 0 or a probability outside 0..1
 */
export function binomialQuantile(probability: number, n: number, p: number): number {
  checkProbability('probability', probability);
  checkWhole('n', n, 0);
  checkProbability('p', p);
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, p) >= probability) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Two-sided exact p for a table of two cells and two sides: given the row sums, how unlikely is the split of the
 * first cell? Twice the smaller binomial tail; overdispersed rows count 1/φ each.
 */
export function binomialTwoCellP(
  baseline: readonly [number, number] | readonly number[],
  current: readonly [number, number] | readonly number[],
  phi = 1,
): number {
  const share = (current[0]! + current[1]!) / (baseline[0]! + baseline[1]! + current[0]! + current[1]!);
  // Of both cells the rarer one is counted: given its total, each row is a current one with chance `share`.
  const rarer = baseline[0]! + current[0]! <= baseline[1]! + current[1]! ? 0 : 1;
  const c = current[rarer]! / phi;
  const r = baseline[rarer]! / phi;
  const upper = c > 0 ? betaCdf(share, c, r + 1) : 1;
  const lower = r > 0 ? betaCdf(1 - share, r, c + 1) : 1;
  return Math.min(1, 2 * Math.min(upper, lower));
}
