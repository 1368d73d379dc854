import { MULTIVARIATE_SIGNAL } from '@leeway/contract';
import type { Instance } from '../state/instance.js';

/** How bad zero is for a rule that watches for too little. */
const NOTHING_AT_ALL = 5;
/** PSI is the same measure under every rule, so it is held against one yardstick and not against each rule's limit. */
const PSI_YARDSTICK = 0.2;

export const SEVERITY_RANK: Readonly<Record<Instance['severity'], number>> = {
  info: 0,
  warning: 1,
  critical: 2,
};

/** The more severe of two. */
export function worse(a: Instance['severity'], b: Instance['severity']): Instance['severity'] {
  return SEVERITY_RANK[a] >= SEVERITY_RANK[b] ? a : b;
}

/**
 * Ranks alerts by what should be looked at first: firing before resolved, then by severity, then single signals
 * before the joint one (which says that something moved and not what), then by effect × importance. Importance is
 * the baseline's, scaled so that the mean of the known ones is 1; a signal without one counts as average.
 */
export function rank(members: readonly Instance[]): { instance: Instance; rank: number }[] {
  const known = members.flatMap((m) => (m.detail.importance === null ? [] : [m.detail.importance]));
  const mean = known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : 1;
  const scored = members.map((instance) => ({ instance, rank: effect(instance) * weight(instance, mean) }));
  return scored.sort(
    (a, b) =>
      Number(b.instance.state.phase === 'firing') - Number(a.instance.state.phase === 'firing') ||
      SEVERITY_RANK[b.instance.severity] - SEVERITY_RANK[a.instance.severity] ||
      Number(isJoint(a.instance)) - Number(isJoint(b.instance)) ||
      b.rank - a.rank ||
      (a.instance.key < b.instance.key ? -1 : 1),
  );
}

/** Whether an alert is about all numeric features together, which says that something moved and not what. */
export function isJoint({ slice }: Instance): boolean {
  return slice.signal === MULTIVARIATE_SIGNAL;
}

/** PSI over its yardstick, else value over threshold, or the reverse where too little is bad; 1 where it can't be told. */
function effect({ detail, state }: Instance): number {
  const { value, threshold } = detail;
  if (value === null || state.phase === 'inactive') return 1;
  if (detail.unit === 'PSI') return value / PSI_YARDSTICK;
  if (threshold <= 0) return 1;
  const ratio = value / threshold;
  return ratio >= 1 ? ratio : ratio > 0 ? 1 / ratio : NOTHING_AT_ALL;
}

function weight({ detail }: Instance, mean: number): number {
  return detail.importance === null || mean <= 0 ? 1 : detail.importance / mean;
}
