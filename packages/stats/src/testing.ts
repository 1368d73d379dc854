import { type BinSpec, binCount, compileCategoricalBinner, compileNumericBinner } from './bins.js';
import { generate } from './golden/generator.js';
import { FINE_BINS, numericEdges } from './numeric-edges.js';

/** Helpers of this package's tests: seeded samples, and specs with their counts. */

/** n values close to standard normal (sum of twelve uniforms), times `scale` plus `shift`. */
export function normals(n: number, seed: number, shift = 0, scale = 1): Float64Array {
  return generate({ seed: scrambled(seed), n, dist: 'irwinhall12', shift, scale }).values;
}

/** n values uniform on 0..1. */
export function uniforms(n: number, seed: number): Float64Array {
  return generate({ seed: scrambled(seed), n, dist: 'uniform' }).values;
}

/** Neighbouring seeds of this generator give sequences that move together; scattered ones don't. */
function scrambled(seed: number): number {
  let x = Math.imul(seed + 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return 1 + (((x ^ (x >>> 16)) >>> 0) % 2147483646);
}

/** A numeric spec with edges from the finite values of a sample. */
export function numericSpec(values: ArrayLike<number>, bins = FINE_BINS): BinSpec {
  const sorted = Float64Array.from(values)
    .filter((x) => Number.isFinite(x))
    .sort();
  return {
    kind: 'numeric',
    edges: numericEdges(sorted, bins),
    min: sorted[0] ?? null,
    max: sorted[sorted.length - 1] ?? null,
    categories: [],
  };
}

/** Counts of a sample over a numeric spec. */
export function countNumbers(spec: BinSpec, values: Iterable<number | null>): number[] {
  const counts = new Array<number>(binCount(spec)).fill(0);
  const binner = compileNumericBinner(spec);
  for (const x of values) counts[binner(x)]!++;
  return counts;
}

export function categoricalSpec(categories: string[], tail?: string[]): BinSpec {
  return { kind: 'categorical', edges: [], min: null, max: null, categories, tail };
}

/** Counts of names over a categorical spec, given as how many of each. */
export function countNames(spec: BinSpec, rows: Record<string, number>, missing = 0): number[] {
  const counts = new Array<number>(binCount(spec)).fill(0);
  const binner = compileCategoricalBinner(spec);
  counts[0] = missing;
  for (const [name, n] of Object.entries(rows)) counts[binner(name)]! += n;
  return counts;
}
