import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgesAtOrBelow } from './bins.js';
import { compileEdgeSearch } from './edge-search.js';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const ascending = fc.uniqueArray(double, { maxLength: 200 }).map((xs) => Float64Array.from(xs).sort());

describe('compileEdgeSearch', () => {
  it('agrees with binary search for any edges and values', () => {
    fc.assert(
      fc.property(ascending, fc.array(double, { minLength: 1, maxLength: 50 }), (edges, values) => {
        const search = compileEdgeSearch(edges);
        for (const x of [...values, ...edges]) expect(search(x)).toBe(edgesAtOrBelow(edges, x));
      }),
    );
  });

  it('agrees right at, below and above every edge of an even grid', () => {
    const edges = Float64Array.from({ length: 127 }, (_, i) => (1000 * (i + 1)) / 128);
    const search = compileEdgeSearch(edges);
    for (const edge of edges)
      for (const x of [edge, edge - 1e-9, edge + 1e-9, -1, 0, 1e9])
        expect(search(x)).toBe(edgesAtOrBelow(edges, x));
  });

  it('agrees for edges that crowd in a long tail', () => {
    const edges = Float64Array.from({ length: 127 }, (_, i) => Math.exp(i / 8));
    const search = compileEdgeSearch(edges);
    for (let x = 0.5; x < 1e7; x *= 1.37) expect(search(x)).toBe(edgesAtOrBelow(edges, x));
  });
});
