import { type AdjustedP, stepUp } from './step-up.js';

/**
 * Benjamini–Hochberg: adjusted_i = min over ranks j ≥ i of p_(j)·k/j. Rejecting those ≤ q keeps the expected
 * share of false discoveries ≤ q for independent (and positively dependent) tests; without any drift at all, the
 * chance of a single false discovery is ≤ q. O(k log k). Source: JRSS B 57 (1995).
 *
 * @throws StatsInputError for a value outside 0..1
 */
export function benjaminiHochberg(p: readonly number[]): AdjustedP {
  return stepUp(p, 1);
}
