import type { HistogramPair } from '@leeway/contract';

/**
 * Two slices of production as one pair: both were counted on the active baseline's bins, so the first's current
 * side stands where the baseline's was. A null side means the baseline itself, which either pair carries.
 */
export function combinePairs(a: HistogramPair | null, b: HistogramPair | null): HistogramPair | null {
  const base = b ?? a;
  if (!base) return null;
  const merge = (which: 'bins' | 'fine') =>
    base[which].map((bin, index) => ({
      ...bin,
      baseline: a ? (a[which][index]?.current ?? 0) : bin.baseline,
      current: b ? (b[which][index]?.current ?? 0) : bin.baseline,
    }));
  return {
    ...base,
    n_baseline: a ? a.n_current : base.n_baseline,
    n_current: b ? b.n_current : base.n_baseline,
    bins: merge('bins'),
    fine: merge('fine'),
    verdict: null,
  };
}
