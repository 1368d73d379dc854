import {
  type Alert,
  type Incident,
  type IncidentSignal,
  RULE_SIGNALS,
  type SeriesMetric,
} from '@leeway/contract';

/** One signal of an incident with what its alert adds: the window to look at, the runbook, who holds it back. */
export type Member = IncidentSignal & {
  alert: Alert | null;
  window: { from: string; to: string };
  drift: boolean;
};

const HOUR = 3_600_000;

/** The ranked signals joined with their alerts. `windowMs` stands in where an alert's window is not known. */
export function members(
  incident: Incident,
  alerts: readonly Alert[],
  now: number,
  windowMs = HOUR,
): Member[] {
  const byFingerprint = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
  return incident.signals.map((signal) => {
    const alert = byFingerprint.get(signal.fingerprint) ?? null;
    const end = incident.resolved_at ? Date.parse(incident.resolved_at) : now;
    const from = Math.max(Date.parse(signal.since), end - windowMs);
    return {
      ...signal,
      alert,
      window: alert?.window ?? {
        from: new Date(Math.min(from, end - 1)).toISOString(),
        to: new Date(end).toISOString(),
      },
      drift: isSignal(signal),
    };
  });
}

/** Whether it is about one signal of the model (with a distribution to look at), not about the model as a whole. */
function isSignal(signal: IncidentSignal): boolean {
  return !OPERATIONAL.has(signal.signal);
}

const OPERATIONAL = new Set<string>(RULE_SIGNALS);

/** The time around an incident worth charting: a third of its length before it, at least three hours. */
export function chartRange(incident: Incident, now: number): { from: string; to: string } {
  const since = Date.parse(incident.since);
  const end = incident.resolved_at ? Date.parse(incident.resolved_at) : now;
  const margin = Math.max(3 * HOUR, (end - since) / 3);
  // To the minute: the query key must not change with every tick of the clock.
  const minute = (ms: number) => new Date(Math.floor(ms / 60_000) * 60_000).toISOString();
  return {
    from: minute(since - margin),
    to: incident.resolved_at ? minute(end + margin) : 'now',
  };
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
