import { checkProbability, StatsInputError } from './errors.js';

/** What performance is to be expected of a binary classifier before any label has arrived. */
export interface EstimatedPerformance {
  /** Rows the estimate stands on. */
  n: number;
  /** Expected confusion matrix, in rows. */
  tp: number;
  fp: number;
  tn: number;
  fn: number;
  accuracy: number;
  /** Null where undefined (nothing predicted positive, or nothing expected to be). */
  precision: number | null;
  recall: number | null;
  f1: number | null;
  auc: number | null;
  /** Standard errors over the draw of the labels given the scores; those of ratios to first order. */
  accuracy_sd: number;
  precision_sd: number | null;
  recall_sd: number | null;
  f1_sd: number | null;
  auc_sd: number | null;
}

/**
 * Confidence-based performance estimation: from calibrated scores p (the chance of the positive class) alone,
 * TP = Σ p over the rows predicted positive (p ≥ threshold), FP = Σ (1 − p) over them, and so on; AUC is that of the
 * expected labels, each row counting p as a positive and 1 − p as a negative, ties half.
 *
 * Only as good as the calibration: a change in what the score means (concept drift) stays unseen until labels come.
 * `weights` gives the rows behind each score (a binned score). Null without rows. O(n log n).
 * Source: NannyML's CBPE; the estimate goes back to Lewis (1995).
 *
 * @throws StatsInputError for scores outside 0..1 or weights that don't fit
 */
export function cbpe(
  p: readonly number[],
  threshold: number,
  weights?: readonly number[],
): EstimatedPerformance | null {
  if (Number.isNaN(threshold)) throw new StatsInputError('threshold', 'is a number, got NaN');
  if (weights !== undefined && weights.length !== p.length) {
    throw new StatsInputError('weights', `has ${weights.length} values for ${p.length} scores`);
  }
  const weightOf = (i: number) => weights?.[i] ?? 1;
  const sums = { tp: 0, fp: 0, tn: 0, fn: 0, variance: 0, varianceAbove: 0, n: 0 };
  p.forEach((score, i) => {
    checkProbability(`p[${i}]`, score);
    const w = weightOf(i);
    if (!(w >= 0 && w < Infinity))
      throw new StatsInputError(`weights[${i}]`, `is a finite number ≥ 0, got ${w}`);
    const positive = score >= threshold;
    sums[positive ? 'tp' : 'fn'] += w * score;
    sums[positive ? 'fp' : 'tn'] += w * (1 - score);
    sums.variance += w * score * (1 - score);
    if (positive) sums.varianceAbove += w * score * (1 - score);
    sums.n += w;
  });
  if (sums.n === 0) return null;
  const { tp, fp, tn, fn, n } = sums;
  const predicted = tp + fp;
  const actual = tp + fn;
  const precision = predicted > 0 ? tp / predicted : null;
  const recall = actual > 0 ? tp / actual : null;
  const f1 = predicted + actual > 0 ? (2 * tp) / (predicted + actual) : null;
  const area = expectedAuc(p, weightOf);
  // Delta method: Var = Σ p(1 − p)·(∂metric/∂y)², whose slope differs only above and below the threshold.
  const below = sums.variance - sums.varianceAbove;
  const spread = (above: number, under: number, scale: number) =>
    Math.sqrt(sums.varianceAbove * above * above + below * under * under) / scale;
  return {
    n,
    tp,
    fp,
    tn,
    fn,
    accuracy: (tp + tn) / n,
    precision,
    recall,
    f1,
    auc: area?.auc ?? null,
    accuracy_sd: Math.sqrt(sums.variance) / n,
    precision_sd: precision === null ? null : Math.sqrt(sums.varianceAbove) / predicted,
    recall_sd: recall === null ? null : spread(1 - recall, recall, actual),
    f1_sd: f1 === null ? null : spread(2 - f1, f1, predicted + actual),
    auc_sd: area?.sd ?? null,
  };
}

/**
 * AUC of the expected labels, and its standard error by the delta method: a row that turns out positive instead of
 * negative wins the negatives below it, no longer loses to the positives above it, and moves both totals.
 */
function expectedAuc(
  p: readonly number[],
  weightOf: (i: number) => number,
): { auc: number; sd: number } | null {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const steps: { score: number; weight: number; positives: number; negatives: number }[] = [];
  let positives = 0;
  let negatives = 0;
  let pairs = 0;
  for (let from = 0; from < order.length; ) {
    const score = p[order[from]!]!;
    let weight = 0;
    while (from < order.length && p[order[from]!] === score) weight += weightOf(order[from++]!);
    const up = weight * score;
    const down = weight * (1 - score);
    // Counts below the middle of the tie: those of equal score count half.
    steps.push({ score, weight, positives: positives + up / 2, negatives: negatives + down / 2 });
    pairs += up * (negatives + down / 2);
    positives += up;
    negatives += down;
  }
  if (!(positives > 0 && negatives > 0)) return null;
  const auc = pairs / (positives * negatives);
  let variance = 0;
  for (const step of steps) {
    const slope = step.negatives - (positives - step.positives) - auc * (negatives - positives);
    variance += step.weight * step.score * (1 - step.score) * slope * slope;
  }
  return { auc, sd: Math.sqrt(variance) / (positives * negatives) };
}
