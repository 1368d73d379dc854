import { cleanSample, populationStd, type RawSample } from './sample.js';

/**
 * First Wasserstein (earth mover's) distance ∫|F − G|: how far values must move on average to turn one sample into
 * the other, in the unit of the values, ≥ 0 and at most the largest number. Null when a side has no finite value. O(n log n).
 * Source: Vallender, Theory Probab. Appl. 18 (1974).
 */
export function wasserstein(a: RawSample, b: RawSample): number | null {
  const x = cleanSample(a).sorted;
  const y = cleanSample(b).sorted;
  if (x.length === 0 || y.length === 0) return null;
  let i = 0;
  let j = 0;
  let sum = 0;
  let last = Math.min(x[0]!, y[0]!);
  while (i < x.length || j < y.length) {
    const next = j >= y.length || (i < x.length && x[i]! <= y[j]!) ? x[i]! : y[j]!;
    const gap = Math.abs(i / x.length - j / y.length);
    // In halves where the way between two values is longer than the largest number.
    if (gap > 0) sum += Number.isFinite(next - last) ? (next - last) * gap : (next / 2 - last / 2) * gap * 2;
    while (i < x.length && x[i] === next) i++;
    while (j < y.length && y[j] === next) j++;
    last = next;
  }
  return Math.min(Number.MAX_VALUE, sum);
}

/** The distance in units of the baseline's standard deviation; null when that is 0 or a side is empty. */
export function wassersteinNormalised(baseline: RawSample, current: RawSample): number | null {
  const distance = wasserstein(baseline, current);
  const std = populationStd(cleanSample(baseline).sorted);
  return distance === null || std === null || std === 0 ? null : Math.min(Number.MAX_VALUE, distance / std);
}
