/** Drift statistics: pure functions over counts and samples. No I/O, no clock. */

export * from './anderson-darling.js';
export * from './benjamini-hochberg.js';
export * from './benjamini-yekutieli.js';
export * from './binomial.js';
export * from './bins.js';
export * from './cbpe.js';
export * from './chi-square-test.js';
export * from './clopper-pearson-interval.js';
export {
  type CoarseBin,
  type CoarseCounts,
  coarseBins,
  coarseLabel,
  coarsen,
  groupCounts,
  RARE_SHARE,
} from './coarsen.js';
export * from './cramer-von-mises.js';
export { type ChartTrace, cusum } from './cusum.js';
export * from './direction.js';
export * from './distributions.js';
export * from './e-process.js';
export * from './edge-search.js';
export * from './embedding.js';
export { StatsInputError } from './errors.js';
export * from './ewma.js';
export * from './g-test.js';
export * from './hellinger.js';
export * from './holm.js';
export * from './jensen-shannon.js';
export * from './judge.js';
export * from './judgement.js';
export * from './kolmogorov-finite.js';
export * from './kolmogorov-smirnov.js';
export { type KsBracket, ksBracket } from './kolmogorov-smirnov-binned.js';
export * from './l-infinity.js';
export * from './latency-histogram.js';
export * from './multivariate.js';
export * from './numeric-edges.js';
export * from './overdispersion.js';
export * from './page-hinkley.js';
export type { ProportionInterval } from './proportion.js';
export * from './psi.js';
export * from './psi-null.js';
export * from './quantile-interval.js';
export * from './quantiles.js';
export * from './quantiles-of-counts.js';
export * from './rare-excess.js';
export * from './rows-needed.js';
export * from './sample.js';
export * from './seasonal.js';
export * from './sequential.js';
export * from './sequential-threshold.js';
export * from './sequential-verdict.js';
export type { AdjustedP } from './step-up.js';
export * from './total-variation.js';
export { type TrendTest, trendTest } from './trend-test.js';
export * from './unseen.js';
export * from './wasserstein.js';
export * from './wilson-interval.js';
