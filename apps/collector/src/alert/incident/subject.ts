import { signalTitle } from '@leeway/contract';
import type { Instance } from '../state/instance.js';
import { isJoint, rank, SEVERITY_RANK } from './rank.js';

/** One thing that is wrong, however many rules say so: the worst of its alerts, and the rest of them. */
export interface Subject {
  /** The alert that speaks: a firing one before a resolved one, then the most severe, then the farthest off. */
  lead: Instance;
  /** Other alerts about the same, worst first. */
  others: Instance[];
  rank: number;
}

/**
 * What an alert is about, as a key: two rules on the PSI of `distance`, or one on its PSI and one on its KS, are about
 * the same. Missing values of `distance` are another matter than its distribution.
 */
export function subjectKey({ slice, ruleSignal, condition }: Instance): string {
  const kind = ruleSignal.startsWith('drift.') ? 'drift' : ruleSignal;
  return [slice.model, slice.version, slice.segment, slice.signal ?? '', kind, condition].join('\u0000');
}

/** Ranked alerts with those about the same thing put together, worst first. Never empty for a list that isn't. */
export function subjects(members: readonly Instance[]): Subject[] {
  const found = new Map<string, Subject>();
  for (const { instance, rank: score } of rank(members)) {
    const key = subjectKey(instance);
    const known = found.get(key);
    // The list is ranked, so the first one of a subject is its worst, and the map keeps the order.
    if (known) known.others.push(instance);
    else found.set(key, { lead: instance, others: [], rank: score });
  }
  return [...found.values()];
}

/** ` and 2 more` behind the first of these; all features together are no further matter beside single ones. */
export function andMore(list: readonly Subject[]): string {
  const single = list.filter(({ lead }) => !isJoint(lead)).length;
  const more = (single > 0 ? single : list.length) - 1;
  return more > 0 ? ` and ${more} more` : '';
}

/**
 * Whether somebody who was told of `told` need not be told of `instance` as news: it is about the same thing, and no
 * worse, like the warning that is left when a critical alert on the same signal has recovered.
 */
export function covers(told: Instance, instance: Instance): boolean {
  return (
    SEVERITY_RANK[told.severity] >= SEVERITY_RANK[instance.severity] &&
    subjectKey(told) === subjectKey(instance)
  );
}

const QUALITY: Readonly<Record<string, string>> = {
  'quality.missing': 'missing values',
  'quality.out_of_range': 'out of range',
  'quality.unseen': 'unseen categories',
};

/** What an alert is about, in words: `distance`, `error_rate`, `distance (region=eu)`, `carrier missing values`. */
export function subject({ slice, ruleSignal, condition }: Instance): string {
  const kind = QUALITY[ruleSignal];
  const title = slice.signal === null ? ruleSignal : signalTitle(slice.signal);
  const name = slice.signal !== null && kind ? `${title} ${kind}` : title;
  const about = condition === 'breach' ? name : `${name} (${condition.replace('_', ' ')})`;
  return slice.segment === '' ? about : `${about} (${slice.segment})`;
}
