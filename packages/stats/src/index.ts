/** Drift statistics: pure functions over counts and samples. No I/O, no clock. */
export * from './bins.js';
export * from './chi-square-test.js';
export {
  type CoarseBin,
  type CoarseCounts,
  coarseBins,
  coarseLabels,
  coarsen,
  groupCounts,
  RARE_SHARE,
} from './coarsen.js';
export * from './direction.js';
export * from './distributions.js';
export * from './e-process.js';
export { StatsInputError } from './errors.js';
export * from './jensen-shannon.js';
export * from './judge.js';
export { type KsBracket, ksBracket } from './kolmogorov-smirnov-binned.js';
export * from './latency-histogram.js';
export * from './multiple-testing.js';
export * from './numeric-edges.js';
export * from './overdispersion.js';
export * from './psi.js';
export * from './rare-excess.js';
export * from './rows-needed.js';
export * from './sequential.js';
export * from './unseen.js';
