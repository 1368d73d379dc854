import { checkProbability } from './errors.js';

/** Adjusted p-values in the order given; a hypothesis is rejected at level q where its value is ≤ q. */
export type AdjustedP = number[];

/** adjusted_i = min over ranks j ≥ i of p_(j)·k/j·scale, at most 1. */
export function stepUp(p: readonly number[], scale: number): AdjustedP {
  const order = ascending(p);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  for (let rank = p.length; rank >= 1; rank--) {
    const i = order[rank - 1]!;
    least = Math.min(least, (p[i]! * p.length * scale) / rank);
    adjusted[i] = least;
  }
  return adjusted;
}

/** Places of the p-values from the least on; checks every one. */
export function ascending(p: readonly number[]): number[] {
  p.forEach((value, i) => {
    checkProbability(`p[${i}]`, value);
  });
  return p.map((_, i) => i).sort((a, b) => p[a]! - p[b]! || a - b);
}
