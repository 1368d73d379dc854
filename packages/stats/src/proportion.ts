import { checkProbability, checkWhole, StatsInputError } from './errors.js';

/** Lower and upper bound of a proportion. */
export type ProportionInterval = [low: number, high: number];

/** Whether there are trials at all; refuses what is no count of successes among them. */
export function checkedTrials(k: number, n: number, level: number): boolean {
  checkWhole('n', n, 0);
  checkWhole('k', k, 0);
  checkProbability('level', level);
  if (k > n) throw new StatsInputError('k', `is at most n = ${n}, got ${k}`);
  return n > 0;
}
