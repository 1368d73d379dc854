import { total } from './bins.js';
import { checkPair } from './errors.js';

/**
 * Jensen–Shannon divergence of two histograms in nats: ½KL(p‖M) + ½KL(q‖M) with M = (p + q)/2.
 *
 * Symmetric, between 0 and ln 2, defined with empty bins, no smoothing. Null when a side has no rows. O(bins).
 * Source: Lin, Divergence measures based on the Shannon entropy, IEEE TIT 37 (1991).
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function jsDivergence(baseline: readonly number[], current: readonly number[]): number | null {
  checkPair(baseline, current);
  const n = total(baseline);
  const m = total(current);
  if (n === 0 || m === 0) return null;
  let sum = 0;
  for (let i = 0; i < baseline.length; i++) {
    const p = baseline[i]! / n;
    const q = current[i]! / m;
    const middle = (p + q) / 2;
    if (p > 0) sum += p * Math.log(p / middle);
    if (q > 0) sum += q * Math.log(q / middle);
  }
  // Rounding can leave −1e-17 for equal histograms.
  return Math.min(Math.LN2, Math.max(0, sum / 2));
}

/** The divergence in bits, between 0 and 1. */
export function jsDivergenceBase2(baseline: readonly number[], current: readonly number[]): number | null {
  const nats = jsDivergence(baseline, current);
  return nats === null ? null : nats / Math.LN2;
}

/** Square root of the divergence in nats: a metric (what scipy's `jensenshannon` returns by default). */
export function jsDistance(baseline: readonly number[], current: readonly number[]): number | null {
  const nats = jsDivergence(baseline, current);
  return nats === null ? null : Math.sqrt(nats);
}

/** Square root of the divergence in bits, between 0 and 1. */
export function jsDistanceBase2(baseline: readonly number[], current: readonly number[]): number | null {
  const bits = jsDivergenceBase2(baseline, current);
  return bits === null ? null : Math.sqrt(bits);
}
