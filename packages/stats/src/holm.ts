import { type AdjustedP, ascending } from './step-up.js';

/**
 * Holm: step-down Bonferroni, keeps the chance of any false rejection ≤ q. O(k log k). Source: Scand. J. Stat. 6 (1979).
 *
 * @throws StatsInputError for a value outside 0..1
 */
export function holm(p: readonly number[]): AdjustedP {
  const order = ascending(p);
  const adjusted = new Array<number>(p.length);
  let most = 0;
  order.forEach((i, rank) => {
    most = Math.max(most, Math.min(1, p[i]! * (p.length - rank)));
    adjusted[i] = most;
  });
  return adjusted;
}
