import type { IncidentRecord } from '../incident/incidents.js';
import { andMore, type Subject, subject } from '../incident/subject.js';
import { figure, show } from '../observe/finding.js';
import { WITHDRAWALS, type WithdrawalReason } from '../state/types.js';
import type { Message, MessageSignal } from './message.js';
import type { NotifyReason } from './needs-notification.js';

const WHY: Record<NotifyReason, string> = {
  first: 'first notification',
  new_signals: 'more signals fire',
  worse: 'it got worse',
  some_resolved: 'some signals recovered, others still fire',
  all_resolved: 'everything recovered',
  repeat: 'still firing',
};
const ENDED: Record<WithdrawalReason, string> = {
  rule_removed: 'the rule was removed or switched off',
  rule_changed: 'the rule was changed',
  baseline_replaced: 'the baseline was replaced',
};

/** How an alert ended that didn't recover; null when it did. */
function endedBy(reason: string | null): WithdrawalReason | null {
  return WITHDRAWALS.find((one) => one === reason) ?? null;
}

/** Why somebody is told now. What ended because its ground is gone is never said to have recovered. */
export function whyText(why: NotifyReason, signals: readonly Pick<MessageSignal, 'ended'>[]): string {
  const reasons = new Set(signals.map(({ ended }) => endedBy(ended)));
  if (why !== 'all_resolved' || [...reasons].every((reason) => reason === null)) return WHY[why];
  const [only = null] = reasons;
  return reasons.size === 1 && only
    ? `nothing is watched any more: ${ENDED[only]}`
    : 'nothing fires any more';
}

/** `[critical] flight-delay 3: distance 0.41 PSI and 2 more` */
export function titleOf(
  ranked: readonly Subject[],
  status: string,
  severity: string,
  models: number,
): string {
  const worst = ranked[0]!.lead;
  const { model, version } = worst.slice;
  const who = models > 1 ? `${models} models` : version ? `${model} ${version}` : model;
  const more = andMore(ranked);
  if (status === 'resolved') {
    const how = endedBy(worst.state.reason) === null ? 'recovered' : 'ended';
    return `[resolved] ${who}: ${subject(worst)}${more} ${how}`;
  }
  return `[${severity}] ${who}: ${subject(worst)}${figure(worst.detail)}${more}`;
}

/** The signal's sentence: what was seen, or the rule's own summary with the direction where it isn't in it already. */
export function sentenceOf({ annotations, summary, direction }: MessageSignal): string {
  const own = annotations.summary;
  if (!own) return summary;
  return direction && !own.includes(direction) ? `${own} — ${direction}` : own;
}

/** ` (recovered)` or why it ended; nothing while it fires. */
export function stateOf({ state, ended }: MessageSignal): string {
  if (state === 'firing') return '';
  const reason = endedBy(ended);
  return ` (${reason === null ? 'recovered' : ENDED[reason]})`;
}

/** `2026-03-02 09:55 UTC` */
export function showTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** How long ago `from` was at `to` (RFC 3339): `4 min`, `3 h 5 min`, `2 d 1 h`. */
export function showAge(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Where it is worst, e.g. `region=eu (PSI 0.91 on 280 events)`; empty where segments say nothing. */
export function segmentsText(segments: Message['segments']): string {
  const shown = segments
    .slice(0, 3)
    .map(({ segment, psi, n }) => `${segment} (PSI ${show(psi)} on ${show(n)} events)`);
  return shown.join(', ');
}

/** The worst segments of an incident, rounded for people. */
export function segmentsOf(incident: IncidentRecord | null): Message['segments'] {
  return (incident?.enrichment?.segments ?? []).map(({ segment, psi, n }) => ({
    segment,
    psi: psi === null ? null : Math.round(psi * 1_000) / 1_000,
    n,
  }));
}

/** The whole message as plain text, in the order in which somebody who was woken reads it. */
export function textOf(m: Message): string {
  const lines = [m.title, `Why now: ${m.why_text}.`];
  if (m.since) lines.push(`Since ${showTime(m.since)} (${showAge(m.since, m.at)}).`);
  for (const s of m.signals) lines.push(`• ${s.signal}${stateOf(s)}: ${sentenceOf(s)}`);
  if (m.signal_count > m.signals.length) lines.push(`• … and ${m.signal_count - m.signals.length} more`);
  if (m.segments.length > 0) lines.push(`Worst segments: ${segmentsText(m.segments)}`);
  if (m.nearest_change)
    lines.push(`Nearest change: ${m.nearest_change.text} at ${showTime(m.nearest_change.at)}`);
  if (m.links.incident) lines.push(`Incident: ${m.links.incident}`);
  if (m.links.window) lines.push(`Window: ${m.links.window}`);
  if (m.links.runbook) lines.push(`Runbook: ${m.links.runbook}`);
  lines.push(`Silence: ${m.links.silence}`);
  for (const error of m.errors) lines.push(`Note: ${error}`);
  return lines.join('\n');
}
