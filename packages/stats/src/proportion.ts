import { betaQuantile, normalUpperQuantile } from './distributions.js';
import { checkProbability, checkWhole, StatsInputError } from './errors.js';

/** Lower and upper bound of a proportion. */
export type ProportionInterval = [low: number, high: number];

/**
 * Wilson's score interval for k successes in n: short, and close to its level on average. Null for n = 0.
 * Source: Wilson, JASA 22 (1927).
 */
export function wilsonInterval(k: number, n: number, level = 0.95): ProportionInterval | null {
  if (!checkedTrials(k, n, level)) return null;
  const z = normalUpperQuantile((1 - level) / 2);
  const rate = k / n;
  const centre = (rate + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/**
 * Clopper and Pearson's exact interval: never covers less than its level, at the price of being wide. Null for
 * n = 0. Source: Biometrika 26 (1934).
 */
export function clopperPearsonInterval(k: number, n: number, level = 0.95): ProportionInterval | null {
  if (!checkedTrials(k, n, level)) return null;
  const tail = (1 - level) / 2;
  return [k === 0 ? 0 : betaQuantile(tail, k, n - k + 1), k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k)];
}

function checkedTrials(k: number, n: number, level: number): boolean {
  checkWhole('n', n, 0);
  checkWhole('k', k, 0);
  checkProbability('level', level);
  if (k > n) throw new StatsInputError('k', `is at most n = ${n}, got ${k}`);
  return n > 0;
}
