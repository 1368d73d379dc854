import { betaQuantile } from '@leeway/stats';
import type { PerformanceSums } from '../ports.js';
import { EVIDENCE_LEVEL } from './evidence.js';

/** Where a metric lies, each end wrong at most one time in a thousand; `n` are the rows behind it. */
export interface MetricInterval {
  low: number;
  high: number;
  n: number;
}

/**
 * The interval of a performance metric from its sums; null where the metric can't be told.
 *
 * Accuracy, precision and recall are shares of rows. F1 is a monotone function of one: of the rows that are positive
 * or called so, the share that is both (J, with F1 = 2J ÷ (1 + J)). AUC is the mean of as many independent pairs as the
 * rarer class has rows, averaged over pairings, so it spreads no more than a share of that many rows (Hoeffding 1963).
 * The errors of numbers are means, RMSE the root of one.
 */
export function metricInterval(metric: string, s: PerformanceSums): MetricInterval | null {
  switch (metric) {
    case 'accuracy':
      return share(s.correct, s.classified);
    case 'precision':
      return share(s.tp, s.tp + s.fp);
    case 'recall':
      return share(s.tp, s.tp + s.fn);
    case 'f1':
      return mapped(share(s.tp, s.tp + s.fp + s.fn), (j) => (2 * j) / (1 + j));
    case 'auc': {
      const pairs = Math.min(s.positives, s.negatives);
      return s.auc === null ? null : share(s.auc * pairs, pairs);
    }
    case 'mae':
      return mean(s.regression, s.absolute, s.squared, s.absolute3);
    case 'rmse':
      return mapped(mean(s.regression, s.squared, s.power4, s.power6), (x) => Math.sqrt(Math.max(0, x)));
    case 'bias':
      return mean(s.regression, s.signed, s.squared, s.signed3);
    case 'estimated_accuracy':
      return mean(s.estimable, s.estimated, s.estimated2, s.estimated3);
    default:
      return null;
  }
}

/** Clopper and Pearson's interval; `k` need not be whole. */
function share(k: number, n: number): MetricInterval | null {
  if (n <= 0) return null;
  return {
    low: k <= 0 ? 0 : betaQuantile(EVIDENCE_LEVEL, k, n - k + 1),
    high: k >= n ? 1 : betaQuantile(1 - EVIDENCE_LEVEL, k + 1, n - k),
    n,
  };
}

/**
 * Student's interval of a mean from its power sums, and Johnson's for skewed values (JASA 73, 1978): the wider of both
 * at each end, because errors of predictions are skewed as a rule.
 */
function mean(n: number, sum: number, sum2: number, sum3: number): MetricInterval | null {
  if (n < 2) return null;
  const m = sum / n;
  const variance = Math.max(0, (sum2 - n * m * m) / (n - 1));
  const third = sum3 / n - (3 * m * sum2) / n + 2 * m ** 3;
  const half = studentUpper(EVIDENCE_LEVEL, n - 1) * Math.sqrt(variance / n);
  // How far one end of Student's interval errs for a third moment of this size, to first order (Johnson's t₁).
  const skew = variance > 0 ? (third / (6 * variance * n)) * (1 + (2 * half * half * n) / variance) : 0;
  return { low: m - half + Math.min(0, skew), high: m + half + Math.max(0, skew), n };
}

/** x with P(T > x) = p for Student's t, from the beta distribution. */
function studentUpper(p: number, dof: number): number {
  const x = betaQuantile(2 * p, dof / 2, 0.5);
  return Math.sqrt((dof * (1 - x)) / x);
}

function mapped(interval: MetricInterval | null, f: (x: number) => number): MetricInterval | null {
  return interval && { low: f(interval.low), high: f(interval.high), n: interval.n };
}
