import { betaQuantile } from './distributions.js';
import { checkedTrials, type ProportionInterval } from './proportion.js';

/**
 * Clopper and Pearson's exact interval: never covers less than its level, at the price of being wide. Null for
 * n = 0. Source: Biometrika 26 (1934).
 *
 * @throws StatsInputError for counts that are not whole, k above n, or a level outside 0..1
 */
export function clopperPearsonInterval(k: number, n: number, level = 0.95): ProportionInterval | null {
  if (!checkedTrials(k, n, level)) return null;
  const tail = (1 - level) / 2;
  return [k === 0 ? 0 : betaQuantile(tail, k, n - k + 1), k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k)];
}
