import { checkProbability } from './errors.js';

/** Adjusted p-values in the order given; a hypothesis is rejected at level q where its value is ≤ q. */
export type AdjustedP = number[];

/**
 * Benjamini–Hochberg: adjusted_i = min over ranks j ≥ i of p_(j)·k/j. Rejecting those ≤ q keeps the expected
 * share of false discoveries ≤ q for independent (and positively dependent) tests; without any drift at all, the
 * chance of a single false discovery is ≤ q. O(k log k). Source: JRSS B 57 (1995).
 */
export function benjaminiHochberg(p: readonly number[]): AdjustedP {
  return stepUp(p, 1);
}

/** Benjamini–Yekutieli: BH times Σ 1/i, valid under any dependence. Source: Annals of Statistics 29 (2001). */
export function benjaminiYekutieli(p: readonly number[]): AdjustedP {
  let harmonic = 0;
  for (let i = 1; i <= p.length; i++) harmonic += 1 / i;
  return stepUp(p, harmonic);
}

function stepUp(p: readonly number[], scale: number): AdjustedP {
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

/** Holm: step-down Bonferroni, keeps the chance of any false rejection ≤ q. Source: Scand. J. Stat. 6 (1979). */
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

function ascending(p: readonly number[]): number[] {
  p.forEach((value, i) => {
    checkProbability(`p[${i}]`, value);
  });
  return p.map((_, i) => i).sort((a, b) => p[a]! - p[b]! || a - b);
}
