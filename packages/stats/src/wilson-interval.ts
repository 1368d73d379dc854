import { normalUpperQuantile } from './distributions.js';
import { checkedTrials, type ProportionInterval } from './proportion.js';

/**
 * Wilson's score interval for k successes in n: short, and close to its level on average. Null for n = 0.
 * Source: Wilson, JASA 22 (1927).
 *
 * @throws StatsInputError for counts that are not whole, k above n, or a level outside 0..1
 */
export function wilsonInterval(k: number, n: number, level = 0.95): ProportionInterval | null {
  if (!checkedTrials(k, n, level)) return null;
  const z = normalUpperQuantile((1 - level) / 2);
  const rate = k / n;
  const centre = (rate + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
