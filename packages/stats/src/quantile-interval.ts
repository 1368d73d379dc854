import { binomialCdf, binomialQuantile } from './binomial.js';
import { checkProbability, checkWhole } from './errors.js';
import { type LatencyCounts, latencyAtRank, latencyTotal } from './latency-histogram.js';

/** 1-based ranks around a quantile; `u` above n means unbounded above, `l` of 0 unbounded below. */
export interface QuantileRanks {
  l: number;
  u: number;
  /** P(X_(l) ≤ quantile < X_(u)), at least 1 − α. */
  coverage: number;
}

/**
 * Order-statistic confidence interval of the q-quantile of n values, whatever their distribution: l is the
 * α/2-quantile and u one above the (1 − α/2)-quantile of Binomial(n, q). O(log n).
 * Source: David and Nagaraja, Order Statistics (2003), section 7.1.
 *
 * @throws StatsInputError for n that is no whole number ≥ 1, or q or α outside 0..1
 */
export function quantileRanks(n: number, q: number, alpha: number): QuantileRanks {
  checkWhole('n', n, 1);
  checkProbability('q', q);
  checkProbability('alpha', alpha);
  const l = binomialQuantile(alpha / 2, n, q);
  const u = binomialQuantile(1 - alpha / 2, n, q) + 1;
  return { l, u, coverage: binomialCdf(u - 1, n, q) - binomialCdf(l - 1, n, q) };
}

/**
 * Confidence interval of a latency quantile in milliseconds, read from a histogram (plus its 1 %); null bounds
 * where too few rows leave the quantile unbounded on that side. Null without rows.
 */
export function latencyQuantileInterval(
  counts: LatencyCounts,
  q: number,
  alpha: number,
): { low: number | null; high: number | null } | null {
  const entries = Array.from(counts as Iterable<number | readonly [number, number]>, (item, i) =>
    typeof item === 'number' ? ([i, item] as const) : item,
  );
  const n = Math.floor(latencyTotal(entries));
  if (n < 1) return null;
  const { l, u } = quantileRanks(n, q, alpha);
  return { low: l < 1 ? null : latencyAtRank(entries, l), high: u > n ? null : latencyAtRank(entries, u) };
}
