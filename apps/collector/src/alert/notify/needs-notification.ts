/** What was said last about a group, as journalled. Lists hold fingerprints. */
export interface NotificationRecord {
  at: number;
  /** Counts the group's notifications; part of the deduplication key. */
  seq: number;
  why: NotifyReason;
  firing: readonly string[];
  resolved: readonly string[];
}

export type NotifyReason = 'first' | 'new_signals' | 'worse' | 'some_resolved' | 'all_resolved' | 'repeat';
export type SilentReason = 'nothing_firing' | 'muted' | 'unchanged' | 'acknowledged' | 'resolved_not_wanted';
export type Decision = { notify: true; why: NotifyReason } | { notify: false; why: SilentReason };

/** A group as it stands. `muted` fire but are silenced, inhibited, in a mute time or flapping. */
export interface GroupView {
  firing: readonly string[];
  muted: readonly string[];
  resolved: readonly string[];
  /** Of `firing`: no news, because an alert no less severe about the same thing was told. */
  covered: readonly string[];
  /** Of `firing`: a less severe alert about the same thing was told and still stands. */
  worsened: readonly string[];
  /** Of `resolved`: another alert about the same thing still fires, so it has not recovered. */
  continued: readonly string[];
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
  const covered = new Set(group.covered);
  const news = group.firing.filter((fingerprint) => !said.has(fingerprint) && !covered.has(fingerprint));
  if (news.length > 0) {
    const worsened = new Set(group.worsened);
    return say(news.every((fingerprint) => worsened.has(fingerprint)) ? 'worse' : 'new_signals');
  }
  const over = new Set([...last.resolved, ...group.continued]);
  if (group.sendResolved && group.resolved.some((f) => said.has(f) && !over.has(f)))
    return say('some_resolved');
  if (now - last.at < group.repeatMs) return silent('unchanged');
  return group.acknowledged ? silent('acknowledged') : say('repeat');
}

const say = (why: NotifyReason): Decision => ({ notify: true, why });
const silent = (why: SilentReason): Decision => ({ notify: false, why });
