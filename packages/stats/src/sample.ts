/** Values as they arrive: finite numbers, infinities, and the ways to be missing. */
export type RawSample = readonly (number | null | undefined)[] | Float64Array;

/** A cleaned sample: finite values in ascending order, and how many were left out. */
export interface CleanSample {
  sorted: Float64Array;
  missing: number;
  infinite: number;
}

/**
 * Sorts the finite values of a sample. null, undefined and NaN count as missing; infinities are left out of sample
 * statistics (they have no place on the number line that a mean or a distance could use) but are counted. −0 is 0.
 * O(n log n).
 */
export function cleanSample(values: RawSample): CleanSample {
  const kept = new Float64Array(values.length);
  let size = 0;
  let missing = 0;
  let infinite = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined || Number.isNaN(value)) missing++;
    else if (!Number.isFinite(value)) infinite++;
    else kept[size++] = value + 0;
  }
  return { sorted: kept.subarray(0, size).sort(), missing, infinite };
}

/** Arithmetic mean, or null without values. */
export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  if (Number.isFinite(sum)) return sum / values.length;
  // The sum of values near the largest number is none; the sum of their parts is.
  sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! / values.length;
  return sum;
}

/** Standard deviation of the values as a whole population (divisor n), or null without values. Two passes. */
export function populationStd(values: ArrayLike<number>): number | null {
  const centre = mean(values);
  if (centre === null) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  if (Number.isFinite(sum)) return Math.sqrt(sum / values.length);
  const size = largest(values);
  sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! / size - centre / size) ** 2;
  return Math.min(Number.MAX_VALUE, Math.sqrt(sum / values.length) * size);
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** Runs of equal values over two sorted samples together: calls back with how many each side has of every value. */
export function walkTies(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  visit: (value: number, inA: number, inB: number) => void,
): void {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const value = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i]! : b[j]!;
    const i0 = i;
    const j0 = j;
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    visit(value, i - i0, j - j0);
  }
}
