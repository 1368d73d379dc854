import { type BinSpec, isNumericSpec } from './bins.js';
import type { CoarseBin } from './coarsen.js';

/**
 * Rows in a bin the baseline shows none of that chance allows for, on the baseline's scale.
 *
 * Categories: Good and Turing's estimate; as many rows as there are categories seen just once. A long-tailed
 * signal (a city, a product) meets new names every day without having drifted. Baseline categories in `other` count
 * as seen once, which errs on the quiet side; a spec that doesn't name its tail can't tell it from unseen names, so
 * all of `other` counts. Outer numeric bins: one row, the chance 1/(n + 1) of beating the maximum of n.
 */
export function unseenAllowance(
  spec: BinSpec,
  baseline: readonly number[],
  role: CoarseBin['role'],
  n: number,
): number {
  if (role === 'below' || role === 'above') return n > 0 ? 1 : 0;
  if (role !== 'unseen' || isNumericSpec(spec)) return 0;
  const other = baseline.length - 2;
  let once = spec.tail === undefined ? baseline[other]! : spec.tail.length;
  for (let i = 1; i < other; i++) if (baseline[i] === 1) once++;
  return once;
}
