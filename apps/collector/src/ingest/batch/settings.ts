import type { TimePolicy } from '../events/time.js';
import type { BinningPlan, FeatureRegistry } from '../ports.js';

/** Limits of one batch and of what a model may bring along; every one bounds memory. */
export interface BatchLimits {
  /** Rows after which a batch is closed. */
  rows: number;
  /** Bytes of row text after which a batch is closed. */
  bytes: number;
  /** Minutes × slices of counts after which a batch is closed. */
  blocks: number;
  /** Features a model may have; further names are left out of its rows and counted as anomalies. */
  features: number;
  /** Models a collector counts for; events of further ones are refused. */
  models: number;
  /** Segments of one model in one batch; events of further ones count in the whole only. */
  segments: number;
}

export const BATCH_LIMITS: BatchLimits = {
  rows: 50_000,
  bytes: 12 * 1_048_576,
  blocks: 2_048,
  features: 2_000,
  models: 10_000,
  segments: 1_000,
};

/** What makes decoding a batch a pure function of its bytes. */
export interface BatchSettings {
  plan: BinningPlan;
  registry: FeatureRegistry;
  limits: BatchLimits;
  times: TimePolicy;
  /** Source written on each row: `topic:partition`, or `http…`. */
  source: string;
  /** Moment the batch was begun, epoch ms: it decides which times are too old or too new. */
  now: number;
}
