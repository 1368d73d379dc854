import type { IngestMetrics } from './ports.js';

/** Counts nothing: for what is decoded a second time, and for tests. */
export const NO_METRICS: IngestMetrics = {
  received() {},
  stored() {},
  rejected() {},
  deadLettered() {},
  audited() {},
  passedOver() {},
  featureProblem() {},
  batch() {},
  lag() {},
  paused() {},
};
