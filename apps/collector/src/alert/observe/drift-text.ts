import type { Rule, Verdict } from '@leeway/contract';
import type { Observation } from '../state/types.js';
import { show } from './finding.js';

/** What a quality rule counts, behind `30 % of 983 values`. */
const COUNTED: Readonly<Record<string, string>> = {
  'quality.missing': 'are missing',
  'quality.out_of_range': 'are outside the range of the baseline',
  'quality.unseen': 'are categories that the baseline never had',
};
const STATISTIC: Readonly<Record<string, string>> = {
  'drift.psi': 'PSI',
  'drift.ks': 'KS at least',
  'drift.js': 'JS distance',
};

/**
 * What a drift or quality rule saw, for people: its own figure with rows and limit, and which way the signal moved.
 * Where there was nothing to judge by, the verdict's own reason.
 */
export function verdictText(
  signal: Rule['signal'],
  verdict: Verdict,
  value: number | null,
  threshold: number | null,
  kind: Observation['kind'],
): string {
  if (value === null || threshold === null || kind === 'insufficient' || kind === 'no_data')
    return verdict.reason;
  const n = show(verdict.n_current);
  const counted = COUNTED[signal];
  if (counted) return `${share(value)} of ${n} values ${counted} (limit ${share(threshold)})`;
  const limit = `on ${n} events (limit ${show(threshold)})`;
  const chance = kind === 'between' && verdict.verdict === 'stable' ? ', within chance' : '';
  const statistic = STATISTIC[signal];
  const told = statistic
    ? `${statistic} ${show(value)} ${limit}${chance}`
    : `evidence of a steady drift ${show(value)} × the alarm level ${limit}`;
  const way = verdict.direction;
  return way === null || way.way === 'none' || way.text === '' ? told : `${told}; ${way.text}`;
}

function share(value: number): string {
  return `${show(value * 100)} %`;
}
