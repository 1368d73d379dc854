import { edgesAtOrBelow } from './bins.js';

/** Cells of the grid for each edge. */
const CELLS_PER_EDGE = 4;
/** With more edges in one cell than this, halving is faster than stepping. */
const MOST_STEPS = 8;

/**
 * Compiles `edgesAtOrBelow(edges, x)` for one set of ascending edges into a function for hot loops. A uniform grid
 * over the edges gives a first guess that is at most a few steps away, so there is hardly a branch to mispredict;
 * edges that crowd in one place (long tails) fall back to binary search. Exact for every finite x: the guess is
 * always corrected by comparing with the edges themselves. O(1) expected, O(log k) for crowded edges.
 */
export function compileEdgeSearch(edges: Float64Array): (x: number) => number {
  const count = edges.length;
  const low = edges[0] ?? 0;
  const width = (edges[count - 1] ?? 0) - low;
  const cells = count * CELLS_PER_EDGE;
  const scale = cells / width;
  if (!(count > 2 && width > 0 && Number.isFinite(width) && Number.isFinite(scale)))
    return (x) => edgesAtOrBelow(edges, x);
  const guesses = new Uint16Array(cells + 1);
  let most = 0;
  for (let cell = 0; cell <= cells; cell++) {
    guesses[cell] = edgesAtOrBelow(edges, low + cell / scale);
    if (cell > 0) most = Math.max(most, guesses[cell]! - guesses[cell - 1]!);
  }
  if (most > MOST_STEPS || count > 0xffff) return (x) => edgesAtOrBelow(edges, x);
  return (x) => {
    const place = (x - low) * scale;
    let at = guesses[place <= 0 ? 0 : place >= cells ? cells : place | 0]!;
    while (at < count && edges[at]! <= x) at++;
    while (at > 0 && edges[at - 1]! > x) at--;
    return at;
  };
}
