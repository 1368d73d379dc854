import { StatsInputError } from './errors.js';

/**
 * The bins of one signal, fixed by its baseline. A histogram over them is a dense array of counts in which every
 * row is in exactly one place:
 *
 *     numeric, embedding (k interior edges):  [missing, below min, k+1 regular bins, above max]   length k + 4
 *     categorical, boolean (c categories):    [missing, c categories, other, unseen]              length c + 3
 *
 * Regular numeric bins are `[e_i, e_{i+1})`, the first reaching down to `min` and the last up to `max`, both
 * included. ± Infinity count as below and above. An embedding is binned by one number derived from its vector.
 */
export interface BinSpec {
  kind: 'numeric' | 'categorical' | 'boolean' | 'embedding';
  /** Interior edges, ascending; empty for categorical signals. */
  edges: readonly number[];
  /** Baseline minimum and maximum of the finite values; null where there are none. */
  min: number | null;
  max: number | null;
  /** Categories with a bin of their own; booleans are `true` and `false`. */
  categories: readonly string[];
  /** Baseline categories that share the bin `other`. What is in neither list was never seen in training. */
  tail?: readonly string[];
  /** How many categories the baseline shows exactly once (Good and Turing's measure of what is yet to come). */
  singletons?: number;
  /** Given where the number binned is a row's distance from the baseline's cloud (`jointDistance`). */
  joint?: object | undefined;
  /** Given where the number binned is a vector's place among regions (`embeddingNumber`), two bins a region. */
  embedding?: object | undefined;
}

/** Position of the missing count in every layout. */
export const MISSING_BIN = 0;

/** True for the layouts with edges. */
export function isNumericSpec(spec: BinSpec): boolean {
  return spec.kind === 'numeric' || spec.kind === 'embedding';
}

/** Length of the dense count array of `spec`. */
export function binCount(spec: BinSpec): number {
  return isNumericSpec(spec) ? spec.edges.length + 4 : spec.categories.length + 3;
}

/** Refuses a spec no histogram can have: edges that don't ascend, a minimum above the maximum, doubled categories. */
export function checkSpec(spec: BinSpec): void {
  for (let i = 0; i < spec.edges.length; i++) {
    const edge = spec.edges[i]!;
    if (!Number.isFinite(edge))
      throw new StatsInputError('edges', `are finite, got ${edge} at position ${i}`);
    if (i > 0 && !(edge > spec.edges[i - 1]!)) {
      throw new StatsInputError('edges', `ascend strictly, got ${spec.edges[i - 1]} before ${edge}`);
    }
  }
  if (spec.min !== null && spec.max !== null && !(spec.min <= spec.max)) {
    throw new StatsInputError('min', `is at most max, got ${spec.min} and ${spec.max}`);
  }
  if (new Set(spec.categories).size !== spec.categories.length) {
    throw new StatsInputError('categories', 'name each category once');
  }
}

/** Number of edges ≤ x (binary search, O(log k)): the place of x among the regular bins. */
export function edgesAtOrBelow(edges: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of one value in the dense layout of a numeric spec; null, undefined and NaN are missing (0). */
export function numericBinIndex(spec: BinSpec, x: number | null | undefined): number {
  return compileNumericBinner(spec)(x);
}

/** The position function of a numeric spec, for hot loops. Total: every input has a position. */
export function compileNumericBinner(spec: BinSpec): (x: number | null | undefined) => number {
  checkSpec(spec);
  const edges = Float64Array.from(spec.edges);
  const above = edges.length + 3;
  // A baseline without one finite value has no range; only the infinities lie outside of it then.
  const min = spec.min ?? -Number.MAX_VALUE;
  const max = spec.max ?? Number.MAX_VALUE;
  return (x) => {
    if (x === null || x === undefined || Number.isNaN(x)) return MISSING_BIN;
    if (x < min) return 1;
    if (x > max) return above;
    return 2 + edgesAtOrBelow(edges, x);
  };
}

/** The position function of a categorical or boolean spec. null and undefined are missing (0). */
export function compileCategoricalBinner(
  spec: BinSpec,
): (value: string | boolean | null | undefined) => number {
  checkSpec(spec);
  const positions = new Map<string, number>();
  const other = spec.categories.length + 1;
  for (const name of spec.tail ?? []) positions.set(name, other);
  spec.categories.forEach((name, i) => {
    positions.set(name, i + 1);
  });
  const unseen = other + 1;
  return (value) => {
    if (value === null || value === undefined) return MISSING_BIN;
    const name = typeof value === 'boolean' ? (value ? 'true' : 'false') : value;
    return positions.get(name) ?? unseen;
  };
}

/** A name for people for every position of the dense layout, e.g. `[10, 20)`, `below 3`, `missing`, `unseen`. */
export function binLabels(spec: BinSpec): string[] {
  if (!isNumericSpec(spec)) return ['missing', ...spec.categories, 'other', 'unseen'];
  if (spec.embedding)
    return ['missing', 'below', ...[0, ...spec.edges].map((_, i) => regionLabel([i + 2])), BEYOND_REGIONS];
  const bounds = [spec.min, ...spec.edges, spec.max];
  const regular = spec.edges
    .concat([0])
    .map((_, i) => rangeLabel(bounds[i]!, bounds[i + 1]!, i === spec.edges.length));
  const below = spec.min === null ? 'below' : `below ${formatNumber(spec.min)}`;
  const above = spec.max === null ? 'above' : `above ${formatNumber(spec.max)}`;
  return ['missing', below, ...regular, above];
}

/** Vectors farther out than any of the baseline. */
export const BEYOND_REGIONS = 'farther out than any in the baseline';

/** A name for regular fine positions of an embedding's layout: `region 3, near`, `regions 3–5`. */
export function regionLabel(positions: readonly number[]): string {
  const first = (positions[0]! - 2) / 2;
  const last = (positions[positions.length - 1]! - 2) / 2;
  const [from, to] = [Math.floor(first) + 1, Math.floor(last) + 1];
  if (from < to) return `regions ${from}–${to}`;
  if (positions.length > 1) return `region ${from}`;
  return `region ${from}, ${Number.isInteger(first) ? 'near' : 'far'}`;
}

/** `[a, b)`, closed at the right for the last bin; an unknown bound is left open. */
export function rangeLabel(low: number | null, high: number | null, last: boolean): string {
  const left = low === null ? '(−∞' : `[${formatNumber(low)}`;
  const right = high === null ? '∞)' : `${formatNumber(high)}${last ? ']' : ')'}`;
  return `${left}, ${right}`;
}

/** A number for people: about 4 significant digits, thousands apart, exponents only where nothing else is short. */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return x > 0 ? '∞' : x < 0 ? '−∞' : 'none';
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return x.toExponential(2);
  if (size >= 1000) return withThousands(Math.round(x));
  return String(Number(x.toPrecision(4)));
}

function withThousands(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** The regular bins: between the outer ones for numbers, the named categories for categorical signals. */
export function regularCounts(spec: BinSpec, counts: readonly number[]): number[] {
  return isNumericSpec(spec) ? counts.slice(2, -1) : counts.slice(1, -2);
}

/** Rows without a value. */
export function missingCount(counts: readonly number[]): number {
  return counts[MISSING_BIN] ?? 0;
}

/** Rows below the baseline's minimum or above its maximum; 0 for categorical signals. */
export function outOfRangeCount(spec: BinSpec, counts: readonly number[]): number {
  return isNumericSpec(spec) ? (counts[1] ?? 0) + (counts[counts.length - 1] ?? 0) : 0;
}

/** Rows in a category never seen in training; 0 for numeric signals. */
export function unseenCount(spec: BinSpec, counts: readonly number[]): number {
  return isNumericSpec(spec) ? 0 : (counts[counts.length - 1] ?? 0);
}

/** Sum of counts. */
export function total(counts: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}
