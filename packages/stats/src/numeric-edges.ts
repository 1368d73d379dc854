import { checkWhole, StatsInputError } from './errors.js';
import { quantileOfSorted } from './quantiles.js';

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
  const quantile = 'quantile' in source ? source.quantile : (p: number) => quantileOfSorted(source, p);
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
