/** What was said last about a group, as journalled. Lists hold fingerprints. */
export interface NotificationRecord {
  at: number;
  /** Counts the group's notifications; part of the deduplication key. */
  seq: number;
  why: NotifyReason;
  firing: readonly string[];
  resolved: readonly string[];
}

export type NotifyReason = 'first' | 'new_signals' | 'some_resolved' | 'all_resolved' | 'repeat';
export type SilentReason = 'nothing_firing' | 'muted' | 'unchanged' | 'acknowledged' | 'resolved_not_wanted';
export type Decision = { notify: true; why: NotifyReason } | { notify: false; why: SilentReason };

/** A group as it stands. `muted` fire but are silenced, inhibited, in a mute time or flapping. */
export interface GroupView {
  firing: readonly string[];
  muted: readonly string[];
  resolved: readonly string[];
  /** Everything that fires was acknowledged: no repeats. */
  acknowledged: boolean;
  repeatMs: number;
  sendResolved: boolean;
}

/** Whether a group has something to say at `now`, and why, or the reason for silence. Pure. */
export function needsNotification(group: GroupView, last: NotificationRecord | null, now: number): Decision {
  const open = last !== null && last.firing.length > 0;
  if (group.firing.length === 0) {
    if (!open) return silent(group.muted.length > 0 ? 'muted' : 'nothing_firing');
    if (group.muted.length > 0) return silent('muted');
    return group.sendResolved ? say('all_resolved') : silent('resolved_not_wanted');
  }
  if (!open) return say('first');
  const said = new Set(last.firing);
  if (group.firing.some((fingerprint) => !said.has(fingerprint))) return say('new_signals');
  const told = new Set(last.resolved);
  if (group.sendResolved && group.resolved.some((f) => said.has(f) && !told.has(f)))
    return say('some_resolved');
  if (now - last.at < group.repeatMs) return silent('unchanged');
  return group.acknowledged ? silent('acknowledged') : say('repeat');
}

const say = (why: NotifyReason): Decision => ({ notify: true, why });
const silent = (why: SilentReason): Decision => ({ notify: false, why });
