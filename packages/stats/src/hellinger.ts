import { total } from './bins.js';
import { checkPair } from './errors.js';

/**
 * Hellinger distance of two histograms, √(½ Σ (√p − √q)²): a metric, 0 (equal) to 1 (no bin in common). Null when
 * a side has no rows. O(bins). Source: Le Cam and Yang, Asymptotics in Statistics (2000), chapter 3.
 *
 * @throws StatsInputError for histograms of unequal length or counts that are neither 0 nor from 1e-9 to 2^53
 */
export function hellinger(baseline: readonly number[], current: readonly number[]): number | null {
  checkPair(baseline, current);
  const n = total(baseline);
  const m = total(current);
  if (n === 0 || m === 0) return null;
  let sum = 0;
  for (let i = 0; i < baseline.length; i++) {
    sum += (Math.sqrt(baseline[i]! / n) - Math.sqrt(current[i]! / m)) ** 2;
  }
  return Math.min(1, Math.sqrt(sum / 2));
}
