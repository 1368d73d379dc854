import { checkWhole, StatsInputError } from './errors.js';

/** Fine bins stored per numeric signal: divisible by 8, 10, 12, 15, 20 and 24, so that coarse bins are exact deciles and the like. */
export const FINE_BINS = 120;

/**
 * Interior edges of a numeric signal: the baseline's type-7 quantiles at i/bins, doubles removed, only those above
 * the minimum kept, so that no bin is empty in the baseline. Fewer than bins − 1 edges where values tie.
 *
 * @param source the baseline's finite values in ascending order, or its quantile function with its minimum
 */
export function numericEdges(
  source: ArrayLike<number> | { min: number; quantile: (probability: number) => number },
  bins: number,
): number[] {
  checkWhole('bins', bins, 1);
  const quantile = 'quantile' in source ? source.quantile : (p: number) => sortedQuantile(source, p);
  const min = 'quantile' in source ? source.min : source[0];
  if (min === undefined) return [];
  const edges: number[] = [];
  let last = min;
  for (let i = 1; i < bins; i++) {
    const edge = quantile(i / bins);
    if (!Number.isFinite(edge))
      throw new StatsInputError('values', `are finite, the ${i}/${bins} quantile is ${edge}`);
    if (edge > last) {
      edges.push(edge);
      last = edge;
    }
  }
  return edges;
}

/** Type-7 quantile (linear, as numpy's default) of ascending values. */
function sortedQuantile(values: ArrayLike<number>, p: number): number {
  const position = p * (values.length - 1);
  const low = Math.floor(position);
  const a = values[low]!;
  const b = values[Math.min(low + 1, values.length - 1)]!;
  const t = position - low;
  // numpy's lerp: from the nearer end, so that equal neighbours give exactly themselves.
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
