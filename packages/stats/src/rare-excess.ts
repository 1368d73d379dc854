import { betaCdf } from './distributions.js';
import { checkCounts, checkPhi } from './errors.js';
import { effectiveRows } from './psi.js';

/**
 * Is a bin that is rare (or empty) in the baseline fuller in the current window than chance explains?
 *
 * Given the c + r rows in the bin altogether, each is a current one with chance m/(n + m) when nothing changed, so
 * p = P(Binomial(c + r, m/(n + m)) ≥ c) = I_{m/(n+m)}(c, r + 1). Exact where chi-square is not: it stays right
 * at an expected count of 0.01. Overdispersed rows count 1/φ each. 1 when the bin is empty in the current window.
 * O(1). Source: the conditional test of Przyborowski and Wilenski, Biometrika 31 (1940).
 *
 * @throws StatsInputError for counts that are neither 0 nor from 1e-9 to 2^53, or φ < 1
 */
export function rareExcessP(r: number, n: number, c: number, m: number, phi = 1): number {
  checkCounts('r', [r]);
  checkCounts('c', [c]);
  checkPhi(phi);
  if (c === 0 || effectiveRows(n, m) === 0) return 1;
  return betaCdf(m / (n + m), c / phi, r / phi + 1);
}
