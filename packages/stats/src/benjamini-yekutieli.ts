import { type AdjustedP, stepUp } from './step-up.js';

/**
 * Benjamini–Yekutieli: Benjamini–Hochberg times Σ 1/i, valid under any dependence of the tests. O(k log k). Source:
 * Annals of Statistics 29 (2001).
 *
 * @throws StatsInputError for a value outside 0..1
 */
export function benjaminiYekutieli(p: readonly number[]): AdjustedP {
  let harmonic = 0;
  for (let i = 1; i <= p.length; i++) harmonic += 1 / i;
  return stepUp(p, harmonic);
}
