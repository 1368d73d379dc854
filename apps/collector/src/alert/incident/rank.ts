import type { Instance } from '../state/instance.js';

/** How bad zero is for a rule that watches for too little. */
const NOTHING_AT_ALL = 5;
const SEVERITY = { info: 0, warning: 1, critical: 2 } as const;

/** The more severe of two. */
export function worse(a: Instance['severity'], b: Instance['severity']): Instance['severity'] {
  return SEVERITY[a] >= SEVERITY[b] ? a : b;
}

/**
 * Ranks an incident's alerts by how far each is beyond its threshold × the feature's importance. Importance is the
 * baseline's, scaled so that the mean of the known ones is 1; a signal without one counts as average. Higher is
 * worse; firing alerts come before resolved ones.
 */
export function rank(members: readonly Instance[]): { instance: Instance; rank: number }[] {
  const known = members.flatMap((m) => (m.detail.importance === null ? [] : [m.detail.importance]));
  const mean = known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : 1;
  const scored = members.map((instance) => ({ instance, rank: excess(instance) * weight(instance, mean) }));
  return scored.sort(
    (a, b) =>
      Number(b.instance.state.phase === 'firing') - Number(a.instance.state.phase === 'firing') ||
      b.rank - a.rank ||
      SEVERITY[b.instance.severity] - SEVERITY[a.instance.severity] ||
      (a.instance.key < b.instance.key ? -1 : 1),
  );
}

/** Value over threshold, or threshold over value for rules that watch for too little; 1 where it can't be told. */
function excess({ detail, state }: Instance): number {
  const { value, threshold } = detail;
  if (value === null || threshold <= 0 || state.phase === 'inactive') return 1;
  const ratio = value / threshold;
  return ratio >= 1 ? ratio : ratio > 0 ? 1 / ratio : NOTHING_AT_ALL;
}

function weight({ detail }: Instance, mean: number): number {
  return detail.importance === null || mean <= 0 ? 1 : detail.importance / mean;
}
