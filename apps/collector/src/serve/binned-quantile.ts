import type { SignalBins } from '@leeway/contract';

/**
 * The q-quantile of a numeric histogram, spread evenly inside each bin; missing values don't count. Rows outside of
 * the baseline's range are read as its minimum or maximum: how far outside they are is not in the counts. Null
 * without rows. O(bins).
 */
export function binnedQuantile(bins: SignalBins, counts: readonly number[], q: number): number | null {
  const { min, max, edges } = bins;
  if (min === null || max === null) return null;
  let rows = 0;
  for (let i = 1; i < counts.length; i++) rows += counts[i]!;
  if (rows === 0) return null;
  let left = q * rows;
  for (let i = 1; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0 || left > count) {
      left -= count;
      continue;
    }
    if (i === 1) return min;
    if (i === counts.length - 1) return max;
    const from = edges[i - 3] ?? min;
    const to = edges[i - 2] ?? max;
    return from + (to - from) * Math.max(0, left / count);
  }
  return max;
}
