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
 * "errors above 1 %" can ask for evidence at any number of requests.
 */
export function binomialTail(k: number, n: number, p: number): number {
  checkWhole('n', n, 0);
  checkProbability('p', p);
  const whole = Math.ceil(k);
  if (whole <= 0) return 1;
  return whole > n ? 0 : betaCdf(p, whole, n - whole + 1);
}

/** Smallest k with P(X ≤ k) ≥ probability. O(log n). */
export function binomialQuantile(probability: number, n: number, p: number): number {
  checkProbability('probability', probability);
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (binomialCdf(middle, n, p) >= probability) high = middle;
    else low = middle + 1;
  }
  return low;
}
