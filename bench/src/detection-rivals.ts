import { coarsen, jsDistance, kolmogorovTail, psiZeroEpsilon } from '@leeway/stats';
import type { Feature } from './detection-features.js';

/** The customary verdicts on one window: a fixed threshold on a statistic, no evidence, no correction. */
export interface NaiveVerdicts {
  psi_0_1: boolean;
  psi_0_2: boolean;
  js_0_1: boolean;
  ks_0_05: boolean;
}

/** Ten baseline deciles, zeros replaced by 1e-4, and the two-sample KS test on the values. */
export function naiveVerdicts(feature: Feature, counts: number[], values: Float64Array): NaiveVerdicts {
  const coarse = coarsen(feature.spec, feature.baseline, counts, 10);
  const keep = coarse.bins.map((bin) => bin.role === 'regular');
  const before = coarse.baseline.filter((_, i) => keep[i]);
  const after = coarse.current.filter((_, i) => keep[i]);
  const psi = psiZeroEpsilon(before, after) ?? 0;
  return {
    psi_0_1: psi > 0.1,
    psi_0_2: psi > 0.2,
    js_0_1: (jsDistance(before, after) ?? 0) > 0.1,
    ks_0_05: ksP(feature.sorted!, values) < 0.05,
  };
}

/** KS p-value with the larger sample sorted beforehand: only the window's values can be where the gap is widest. */
function ksP(sorted: Float64Array, values: Float64Array): number {
  const window = Float64Array.from(values).sort();
  const n = sorted.length;
  const m = window.length;
  let d = 0;
  for (let i = 0; i < m; i++) {
    const x = window[i]!;
    let low = 0;
    let high = n;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! <= x) low = middle + 1;
      else high = middle;
    }
    const f = low / n;
    d = Math.max(d, Math.abs(f - i / m), Math.abs(f - (i + 1) / m));
  }
  const root = Math.sqrt((n * m) / (n + m));
  return kolmogorovTail((root + 0.12 + 0.11 / root) * d);
}
