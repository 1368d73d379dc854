import type { Verdict } from '@leeway/contract';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type AuditProgress, auditMetrics } from './audit-metrics.js';
import { type IngestCounters, ingestMetrics } from './ingest-metrics.js';
import { type ModelFigures, modelMetrics } from './model-metrics.js';

/** The collector's metrics, rendered on `/metrics` in Prometheus' text format. */
export interface MetricsBook {
  readonly registry: Registry;
  readonly ingest: IngestCounters;
  judged(model: string, verdicts: readonly Verdict[]): void;
  evaluated(run: { ms: number; windows: number; verdicts: number; backlog: number }): void;
  evaluationFailed(): void;
  request(route: string, method: string, status: number, seconds: number): void;
  /** 99th percentile of the event loop's delay since the last scrape, ms. */
  loopLagMs(): number;
}

export interface MetricsSources {
  bounds: { models: number; signals: number };
  figures(): Promise<ReadonlyMap<string, ModelFigures>>;
  alerts(): { firing: number; pending: number } | null;
  streamClients(): number;
  loopLagMs(): number;
  audit(): AuditProgress | null;
}

export function createMetrics(sources: MetricsSources): MetricsBook {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const models = modelMetrics(registry, sources.bounds, () => sources.figures());
  const runs = new Histogram({
    name: 'leeway_evaluate_seconds',
    help: 'Time of one evaluation run over all models.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300],
    registers,
  });
  const windows = counter(registry, 'leeway_evaluate_windows_total', 'Windows judged.');
  const verdicts = counter(registry, 'leeway_evaluate_verdicts_total', 'Verdicts written.');
  const failures = counter(registry, 'leeway_evaluate_failures_total', 'Models whose evaluation failed.');
  const backlog = new Gauge({
    name: 'leeway_evaluate_backlog_windows',
    help: 'Windows that are due and not judged yet.',
    registers,
  });
  const requests = new Histogram({
    name: 'leeway_http_request_seconds',
    help: 'Time to answer API requests by route pattern.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  addStateGauges(registry, sources);
  auditMetrics(registry, () => sources.audit());
  return {
    registry,
    ingest: ingestMetrics(registry),
    judged: (model, list) => models.judged(model, list),
    evaluated(run) {
      runs.observe(run.ms / 1_000);
      windows.inc(run.windows);
      verdicts.inc(run.verdicts);
      backlog.set(run.backlog);
    },
    evaluationFailed: () => failures.inc(),
    request: (route, method, status, seconds) =>
      requests.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds),
    loopLagMs: () => sources.loopLagMs(),
  };
}

function counter(registry: Registry, name: string, help: string): Counter {
  return new Counter({ name, help, registers: [registry] });
}

function addStateGauges(registry: Registry, sources: MetricsSources): void {
  const registers = [registry];
  new Gauge({
    name: 'leeway_alerts',
    help: 'Alerts by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const counts = sources.alerts();
      if (!counts) return;
      this.set({ state: 'firing' }, counts.firing);
      this.set({ state: 'pending' }, counts.pending);
    },
  });
  new Gauge({
    name: 'leeway_stream_clients',
    help: 'Open live streams.',
    registers,
    collect() {
      this.set(sources.streamClients());
    },
  });
  new Gauge({
    name: 'leeway_loop_lag_p99_seconds',
    help: 'Delay of the event loop, 99th percentile.',
    registers,
    collect() {
      this.set(sources.loopLagMs() / 1_000);
    },
  });
}
