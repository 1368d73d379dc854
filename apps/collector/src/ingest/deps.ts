import type { ArrivalListener, BatchStore, FeatureRegistry, IngestMetrics, PlanSource } from './ports.js';

/** What ingest logs with; pino's logger has it. */
export interface IngestLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Everything ingest needs from the other rooms. */
export interface IngestDeps {
  plans: PlanSource;
  registry: FeatureRegistry;
  store: BatchStore;
  metrics: IngestMetrics;
  arrivals: ArrivalListener;
  logger: IngestLogger;
  /** Epoch ms. */
  clock: () => number;
}
