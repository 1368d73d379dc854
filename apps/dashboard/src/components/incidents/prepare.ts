import {
  type Alert,
  type Incident,
  type IncidentEvent,
  type IncidentSignal,
  RULE_SIGNALS,
  type SeriesMetric,
} from '@leeway/contract';
import { SEVERITY_RANK } from '../alerts/prepare';

/** One signal of an incident with what its alert adds: the window to look at, the runbook, who holds it back. */
export type Member = IncidentSignal & {
  alert: Alert | null;
  window: { from: string; to: string };
  drift: boolean;
  /** Other rules of the incident that fire on the same signal. */
  also: string[];
};

const HOUR = 3_600_000;

/**
 * The ranked signals joined with their alerts. Several rules may fire on one signal: it is listed once, with its
 * worst alert. `windowMs` stands in where an alert's window is not known.
 */
export function members(
  incident: Incident,
  alerts: readonly Alert[],
  now: number,
  windowMs = HOUR,
): Member[] {
  const byFingerprint = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
  const end = incident.resolved_at ? Date.parse(incident.resolved_at) : now;
  const bySignal = new Map<string, Member>();
  for (const signal of incident.signals) {
    const alert = byFingerprint.get(signal.fingerprint) ?? null;
    const from = Math.max(Date.parse(signal.since), end - windowMs);
    const member: Member = {
      ...signal,
      alert,
      window: alert?.window ?? {
        from: new Date(Math.min(from, end - 1)).toISOString(),
        to: new Date(end).toISOString(),
      },
      drift: isSignal(signal),
      also: signal.also ?? [],
    };
    const key = JSON.stringify([signal.signal, signal.segment]);
    const listed = bySignal.get(key);
    // A key keeps its place in the map, so the list stays ranked.
    bySignal.set(key, listed ? worseOf(listed, member) : member);
  }
  return [...bySignal.values()];
}

function worseOf(a: Member, b: Member): Member {
  const rank = (one: Member) => (one.state === 'firing' ? 10 : 0) + SEVERITY_RANK[one.severity];
  const [worse, other] = rank(b) > rank(a) ? [b, a] : [a, b];
  return { ...worse, also: [...worse.also, other.rule, ...other.also] };
}

/** Whether it is about one signal of the model (with a distribution to look at), not about the model as a whole. */
function isSignal(signal: IncidentSignal): boolean {
  return !OPERATIONAL.has(signal.signal);
}

const OPERATIONAL = new Set<string>(RULE_SIGNALS);

/** The time around an incident worth charting: twelve windows or a third of its length on either side. */
export function chartRange(
  incident: Incident,
  now: number,
  windowMs = HOUR / 4,
): { from: string; to: string } {
  const since = Date.parse(incident.since);
  const end = incident.resolved_at ? Date.parse(incident.resolved_at) : now;
  const margin = Math.max(12 * windowMs, (end - since) / 3, 300_000);
  // To the minute: the query key must not change with every tick of the clock.
  const minute = (ms: number) => new Date(Math.floor(ms / 60_000) * 60_000).toISOString();
  return {
    from: minute(since - margin),
    to: incident.resolved_at ? minute(end + margin) : 'now',
  };
}

/** The length of a member's window in milliseconds. */
export function windowMsOf(member: Member | undefined): number | undefined {
  const window = member?.alert?.window;
  return window ? Date.parse(window.to) - Date.parse(window.from) : undefined;
}

/** The series that shows a member over time, null where the API has none. */
export function metricOf(member: Member): { metric: SeriesMetric; signal: string | undefined } | null {
  const rule = member.alert?.rule_signal ?? (member.drift ? 'drift.psi' : member.signal);
  const metric = METRICS[rule];
  return metric ? { metric, signal: member.drift ? member.signal : undefined } : null;
}

const METRICS: Record<string, SeriesMetric> = {
  'drift.psi': 'psi',
  'drift.ks': 'ks',
  'drift.js': 'js',
  'drift.sequential': 'psi',
  'latency.p50': 'latency_p50',
  'latency.p95': 'latency_p95',
  'latency.p99': 'latency_p99',
  throughput: 'throughput',
  error_rate: 'error_rate',
  'quality.missing': 'missing',
  'quality.out_of_range': 'out_of_range',
  'quality.unseen': 'unseen',
  'quality.invalid': 'rejected',
  'performance.accuracy': 'accuracy',
  'performance.precision': 'precision',
  'performance.recall': 'recall',
  'performance.f1': 'f1',
  'performance.auc': 'auc',
  'performance.mae': 'mae',
  'performance.rmse': 'rmse',
  'performance.bias': 'bias',
  'performance.estimated_accuracy': 'estimated_accuracy',
  'cost.tokens_input': 'tokens_input',
  'cost.tokens_output': 'tokens_output',
  'cost.total': 'cost',
  'ingest.silence': 'throughput',
};

/** The metric that a rule's signal is charted by; rules and incidents share the table. */
export function metricOfRule(signal: string): SeriesMetric | null {
  return METRICS[signal] ?? null;
}

/** Milliseconds an incident has lasted (until `now` while it fires). */
export function lasted(incident: Incident, now: number): number {
  return Math.max(
    0,
    (incident.resolved_at ? Date.parse(incident.resolved_at) : now) - Date.parse(incident.since),
  );
}

/** Entries that say the same of a signal within this time are one (two rules fired on it), unless it turned between. */
const SAME_MS = 60_000;

/** What happened, oldest first, each thing once. */
export function timelineEntries(events: readonly IncidentEvent[]): IncidentEvent[] {
  const found: IncidentEvent[] = [];
  const latest = new Map<string, { kind: string; said: Map<string, number> }>();
  for (const event of [...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const { kind, text } = event;
    // `distance: PSI 0.4 on 4,213 events`: what comes before the colon is what it is about.
    const subject = text.split(': ', 1)[0] ?? text;
    let last = latest.get(subject);
    if (last?.kind !== kind) {
      last = { kind, said: new Map() };
      latest.set(subject, last);
    }
    const at = Date.parse(event.at);
    if (at - (last.said.get(text) ?? Number.NEGATIVE_INFINITY) <= SAME_MS) continue;
    last.said.set(text, at);
    found.push(event);
  }
  return found;
}
