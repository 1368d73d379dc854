import type { Alert, Incident } from '@leeway/contract';
import type { IncidentRecord } from './incident/incidents.js';
import { worse } from './incident/rank.js';
import { andMore, subject, subjects } from './incident/subject.js';
import type { MuteReasons } from './notify/mutes.js';
import { renderAnnotations } from './notify/template.js';
import { figure } from './observe/finding.js';
import type { Instance } from './state/instance.js';

const SIGNALS_SHOWN = 200;
const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

/** An alert as the API shows it. `current` gives the alerts that mute it. */
export function describeAlert(
  instance: Instance,
  mutes: MuteReasons,
  current: (fingerprint: string) => Instance | null,
): Alert {
  const { state, detail, slice } = instance;
  return {
    fingerprint: instance.fingerprint,
    rule: instance.rule,
    rule_signal: instance.ruleSignal,
    severity: instance.severity,
    ...slice,
    labels: instance.labels,
    annotations: renderAnnotations(instance).annotations,
    state: state.phase,
    episode: state.episode,
    condition: instance.condition,
    stale: state.evidence !== 'ok',
    evidence: state.evidence,
    summary: detail.summary,
    reason: state.reason ?? '',
    value: detail.value,
    threshold: detail.threshold,
    unit: detail.unit,
    n: detail.n,
    direction: detail.direction,
    since: iso(state.since ?? state.at),
    window: detail.window && { from: iso(detail.window.from), to: iso(detail.window.to) },
    fired_at: isoOrNull(state.firedAt),
    resolved_at: isoOrNull(state.resolvedAt),
    updated_at: iso(state.at),
    incident: instance.incident,
    silenced_by: mutes.silences,
    inhibited_by: mutes.inhibitedBy,
    inhibitors: mutes.inhibitedBy.flatMap((fingerprint) => {
      const muting = current(fingerprint);
      if (!muting) return [];
      const { rule, severity, incident } = muting;
      return [{ fingerprint, rule, severity, subject: subject(muting), incident }];
    }),
    flapping: mutes.flapping,
    acknowledged_by: instance.acknowledged?.by ?? null,
    runbook: instance.runbook,
  };
}

/** An incident as the API shows it. `current` gives an alert as it is now. */
export function describeIncident(
  record: IncidentRecord,
  current: (fingerprint: string) => Instance | null,
): Incident {
  const members = [...record.members.values()].map((member) => {
    const live = current(member.fingerprint);
    return live && live.incident === record.id ? live : member;
  });
  const ranked = subjects(members);
  const worst = ranked[0]!.lead;
  const firing = members.filter((m) => m.state.phase === 'firing');
  const since = Math.min(...members.map((m) => m.state.since ?? record.firedAt));
  const acknowledged =
    firing.length > 0 && firing.every((m) => m.acknowledged) ? firing[0]!.acknowledged!.by : null;
  return {
    id: record.id,
    model: record.model,
    version: worst.slice.version || record.version,
    severity: members.reduce((s, m) => worse(s, m.severity), 'info' as Instance['severity']),
    state: record.firing > 0 ? 'firing' : 'resolved',
    title: `${subject(worst)}${figure(worst.detail)}${andMore(ranked)}`,
    since: iso(since),
    fired_at: iso(record.firedAt),
    resolved_at: record.firing > 0 ? null : isoOrNull(record.resolvedAt),
    signals: ranked.slice(0, SIGNALS_SHOWN).map(({ lead: instance, others, rank: score }) => ({
      fingerprint: instance.fingerprint,
      signal: instance.slice.signal ?? instance.ruleSignal,
      segment: instance.slice.segment,
      rule: instance.rule,
      also: [...new Set(others.map((other) => other.rule))].filter((rule) => rule !== instance.rule),
      severity: instance.severity,
      unit: instance.detail.unit,
      summary: instance.detail.summary,
      value: instance.detail.value,
      threshold: instance.detail.threshold,
      n: instance.detail.n,
      importance: instance.detail.importance,
      rank: score,
      direction: instance.detail.direction,
      state: instance.state.phase,
      since: iso(instance.state.since ?? record.firedAt),
    })),
    signal_count: ranked.length,
    firing_count: ranked.filter(({ lead }) => lead.state.phase === 'firing').length,
    segments: record.enrichment?.segments ?? [],
    nearest_change: record.enrichment?.nearestChange
      ? { at: iso(record.enrichment.nearestChange.at), text: record.enrichment.nearestChange.text }
      : null,
    acknowledged_by: acknowledged,
    timeline: timelineOf(record, since),
  };
}

function timelineOf(record: IncidentRecord, since: number): Incident['timeline'] {
  const entries = [...record.timeline, { at: since, kind: 'onset', text: 'the first bad window began' }];
  const change = record.enrichment?.nearestChange;
  if (change) entries.push({ at: change.at, kind: 'deploy', text: change.text });
  const pending = Math.min(...[...record.members.values()].map((m) => m.state.pendingAt ?? record.firedAt));
  if (pending < record.firedAt)
    entries.push({ at: pending, kind: 'pending', text: 'the first breach was seen' });
  return entries.sort((a, b) => a.at - b.at).map((entry) => ({ ...entry, at: iso(entry.at) }));
}
