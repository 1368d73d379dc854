import { checkProbability, StatsInputError } from './errors.js';
import { cleanSample, type RawSample } from './sample.js';

/** Hyndman and Fan's numbering: 1 inverted distribution function, 6 (n + 1)p, 7 (n − 1)p (numpy's default). */
export type QuantileType = 1 | 6 | 7;

/**
 * Quantiles of the finite values of a sample, in the order of `probabilities`; null without a finite value.
 * O(n log n). Source: Hyndman and Fan, Sample quantiles in statistical packages, Am. Stat. 50 (1996).
 *
 * @throws StatsInputError for a probability outside 0..1 or another type
 */
export function quantiles(
  values: RawSample,
  probabilities: readonly number[],
  type: QuantileType = 7,
): number[] | null {
  const { sorted } = cleanSample(values);
  if (sorted.length === 0) return null;
  return probabilities.map((p) => quantileOfSorted(sorted, p, type));
}

/** One quantile of ascending, non-empty values. O(1). */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number, type: QuantileType = 7): number {
  checkProbability('probability', p);
  const n = sorted.length;
  if (n === 0) throw new StatsInputError('values', 'are empty');
  // The tiny step back keeps n·p from rounding up past a whole number (0.07·100 is 7.000000000000001).
  if (type === 1) return sorted[Math.min(n, Math.max(1, Math.ceil(n * p - n * 2 ** -52))) - 1]!;
  if (type === 6) return interpolate(sorted, (n + 1) * p - 1);
  if (type === 7) return interpolate(sorted, (n - 1) * p);
  throw new StatsInputError('type', `is 1, 6 or 7, got ${String(type)}`);
}

function interpolate(sorted: ArrayLike<number>, position: number): number {
  const last = sorted.length - 1;
  const clamped = Math.min(last, Math.max(0, position));
  const low = Math.floor(clamped);
  const a = sorted[low]!;
  const b = sorted[Math.min(last, low + 1)]!;
  const t = clamped - low;
  // Neighbours further apart than the largest number: their difference is none, their weighted mean is.
  if (!Number.isFinite(b - a)) return a * (1 - t) + b * t;
  // From the nearer end, so that equal neighbours give exactly themselves.
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
