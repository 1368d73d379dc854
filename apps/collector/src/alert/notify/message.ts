import type { IncidentRecord } from '../incident/incidents.js';
import { worse } from '../incident/rank.js';
import { type Subject, subject, subjects } from '../incident/subject.js';
import type { Instance } from '../state/instance.js';
import { incidentLink, silenceLink, windowLink } from './links.js';
import { segmentsOf, textOf, titleOf, whyText } from './message-text.js';
import type { NotifyReason } from './needs-notification.js';
import { renderAnnotations } from './template.js';

/** Signals spelt out in one message; the rest is a number and a link. */
const SPELT_OUT = 20;

export interface MessageSignal {
  fingerprint: string;
  signal: string;
  segment: string;
  rule: string;
  /** Other rules whose alerts are about the same; the worst one speaks for all. */
  also: string[];
  severity: Instance['severity'];
  state: 'firing' | 'resolved';
  /** Why it ended: `recovered`, `rule_removed`, `rule_changed` or `baseline_replaced`; null while it fires. */
  ended: string | null;
  value: number | null;
  threshold: number;
  unit: string;
  n: number | null;
  direction: string | null;
  summary: string;
  since: string | null;
  resolved_at: string | null;
  runbook: string | null;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  link: string;
}

/** One notification, as webhooks get it and as the other receivers format it. Times are RFC 3339. */
export interface Message {
  schema: 'leeway.notification.v1';
  /** The deduplication key: a message that is sent again keeps it. */
  id: string;
  /** The group: the same for every message about it, so that receivers can update instead of adding. */
  group: string;
  why: NotifyReason | 'test';
  why_text: string;
  status: 'firing' | 'resolved';
  severity: Instance['severity'];
  model: string;
  model_version: string;
  title: string;
  text: string;
  incident: string | null;
  since: string | null;
  at: string;
  signals: MessageSignal[];
  signal_count: number;
  firing_count: number;
  /** Segments of the drifted signals, worst first. */
  segments: { segment: string; psi: number | null; n: number }[];
  nearest_change: { at: string; text: string } | null;
  links: { incident: string | null; window: string | null; silence: string; runbook: string | null };
  errors: string[];
}

export interface MessageInput {
  id: string;
  group: string;
  why: NotifyReason;
  firing: readonly Instance[];
  resolved: readonly Instance[];
  incident: IncidentRecord | null;
  publicUrl: string;
  now: number;
}

const iso = (at: number) => new Date(at).toISOString();

/** Composes what is said about a group: who and how bad, since when, what moved, what changed, where to look. Pure. */
export function composeMessage(input: MessageInput): Message {
  const { firing, resolved, incident, publicUrl, now } = input;
  const everything = [...firing, ...resolved];
  const ranked = subjects(everything);
  const worst = ranked[0]!.lead;
  const status = firing.length > 0 ? 'firing' : 'resolved';
  const models = new Set(everything.map((i) => i.slice.model));
  const severity = (firing.length > 0 ? firing : resolved).reduce(
    (s, i) => worse(s, i.severity),
    'info' as Instance['severity'],
  );
  const since = Math.min(...everything.map((i) => i.state.since ?? now));
  const errors: string[] = [];
  const signals = ranked.slice(0, SPELT_OUT).map((one) => {
    const rendered = renderAnnotations(one.lead);
    errors.push(...rendered.errors);
    return spellOut(one, rendered.annotations, publicUrl);
  });
  const change = incident?.enrichment?.nearestChange ?? null;
  const one = models.size === 1;
  const message: Message = {
    schema: 'leeway.notification.v1',
    id: input.id,
    group: input.group,
    why: input.why,
    why_text: whyText(input.why, signals),
    status,
    severity,
    model: one ? worst.slice.model : '',
    model_version: one ? worst.slice.version : '',
    title: titleOf(ranked, status, severity, models.size),
    text: '',
    incident: incident?.id ?? null,
    since: iso(since),
    at: iso(now),
    signals,
    signal_count: ranked.length,
    firing_count: ranked.filter(({ lead }) => lead.state.phase === 'firing').length,
    segments: segmentsOf(incident),
    nearest_change: change && { at: iso(change.at), text: change.text },
    links: {
      incident: incident ? incidentLink(publicUrl, incident.id) : null,
      window: windowLink(publicUrl, worst),
      silence: silenceLink(publicUrl, silenceLabels(everything)),
      runbook: ranked.map(runbookOf).find((runbook) => runbook !== null) ?? null,
    },
    errors: [...new Set(errors)].slice(0, 10),
  };
  return { ...message, text: textOf(message) };
}

function spellOut(one: Subject, annotations: Record<string, string>, publicUrl: string): MessageSignal {
  const instance = one.lead;
  const { detail, state, slice } = instance;
  return {
    fingerprint: instance.fingerprint,
    signal: subject(instance),
    segment: slice.segment,
    rule: instance.rule,
    also: [...new Set(one.others.map((other) => other.rule))].filter((rule) => rule !== instance.rule),
    severity: instance.severity,
    state: state.phase === 'firing' ? 'firing' : 'resolved',
    ended: state.phase === 'firing' ? null : state.reason,
    value: detail.value,
    threshold: detail.threshold,
    unit: detail.unit,
    n: detail.n,
    direction: detail.direction?.text ?? null,
    summary: detail.summary,
    since: state.since === null ? null : iso(state.since),
    resolved_at: state.resolvedAt === null ? null : iso(state.resolvedAt),
    runbook: runbookOf(one),
    labels: instance.labels,
    annotations,
    link: windowLink(publicUrl, instance),
  };
}

/** A rule of one's own with a runbook often stands beside a shipped one without. */
function runbookOf({ lead, others }: Subject): string | null {
  return lead.runbook ?? others.find((other) => other.runbook !== null)?.runbook ?? null;
}

/** The labels that all alerts of the group share, which is what a silence for it should match. */
function silenceLabels(all: readonly Instance[]): Record<string, string> {
  const first = all[0]!;
  const shared: Record<string, string> = { model: first.slice.model };
  if (all.every((i) => i.rule === first.rule)) shared.rule = first.rule;
  if (all.every((i) => i.slice.version === first.slice.version)) shared.version = first.slice.version;
  if (all.every((i) => i.slice.signal === first.slice.signal) && first.slice.signal)
    shared.signal = first.slice.signal;
  return all.every((i) => i.slice.model === first.slice.model) ? shared : { severity: first.severity };
}

/** A message that proves a receiver works. */
export function testMessage(id: string, publicUrl: string, now: number): Message {
  const message: Message = {
    schema: 'leeway.notification.v1',
    id,
    group: `test-${id}`,
    why: 'test',
    why_text: 'somebody asked for a test message',
    status: 'firing',
    severity: 'info',
    model: 'test',
    model_version: '',
    title: '[test] Leeway can reach this receiver',
    text: '',
    incident: null,
    since: iso(now),
    at: iso(now),
    signals: [],
    signal_count: 0,
    firing_count: 0,
    segments: [],
    nearest_change: null,
    links: { incident: null, window: null, silence: `${publicUrl}/silences/new`, runbook: null },
    errors: [],
  };
  return { ...message, text: textOf(message) };
}
