import type { SeriesMetric } from '@leeway/contract';

/** Columns of a heat map: enough for a desk, and cells of two pixels and more on a phone. */
export const HEAT_MAP_COLUMNS = 96;

/** What a signal's drift chart shows. */
export const DRIFT_METRICS: readonly SeriesMetric[] = ['psi'];

/** Model-wide series of the service itself, asked for together. */
export const OPERATION_METRICS: readonly SeriesMetric[] = [
  'latency_p50',
  'latency_p95',
  'latency_p99',
  'throughput',
  'error_rate',
];

/** Series that need labels or tokens. */
export const OUTCOME_METRICS: readonly SeriesMetric[] = [
  'accuracy',
  'estimated_accuracy',
  'mae',
  'rmse',
  'bias',
  'precision',
  'recall',
  'f1',
  'auc',
  'label_coverage',
  'tokens_input',
  'tokens_output',
  'cost',
];

/** Buckets of a signal's distribution over time. */
export const DISTRIBUTION_BUCKETS = 96;
