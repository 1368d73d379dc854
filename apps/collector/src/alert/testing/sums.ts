import type { OperationalWindow, PerformanceSums } from '../ports.js';
import { figures } from './verdict.js';

const NOTHING: PerformanceSums = {
  regression: 0,
  signed: 0,
  absolute: 0,
  squared: 0,
  signed3: 0,
  absolute3: 0,
  power4: 0,
  power6: 0,
  classified: 0,
  correct: 0,
  tp: 0,
  fp: 0,
  fn: 0,
  auc: null,
  positives: 0,
  negatives: 0,
  estimable: 0,
  estimated: 0,
  estimated2: 0,
  estimated3: 0,
};

/** A window whose predictions of numbers missed their labels by these amounts. */
export function missed(misses: readonly number[]): OperationalWindow {
  const n = misses.length;
  const sum = (f: (x: number) => number) => misses.reduce((total, x) => total + f(x), 0);
  const sums: PerformanceSums = {
    ...NOTHING,
    regression: n,
    signed: sum((x) => x),
    absolute: sum(Math.abs),
    squared: sum((x) => x ** 2),
    signed3: sum((x) => x ** 3),
    absolute3: sum((x) => Math.abs(x) ** 3),
    power4: sum((x) => x ** 4),
    power6: sum((x) => x ** 6),
  };
  const performance = {
    bias: sums.signed / n,
    mae: sums.absolute / n,
    rmse: Math.sqrt(sums.squared / n),
  };
  return figures({ requests: n, labelled: n, performance, performanceSums: sums });
}

/** A window of predicted classes with their labels. */
export function classified(tp: number, fp: number, fn: number, tn: number): OperationalWindow {
  const n = tp + fp + fn + tn;
  const performance = {
    accuracy: (tp + tn) / n,
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    f1: (2 * tp) / (2 * tp + fp + fn),
  };
  const performanceSums = { ...NOTHING, classified: n, correct: tp + tn, tp, fp, fn };
  return figures({ requests: n, labelled: n, performance, performanceSums });
}

/** A window of scores of labelled events. */
export function scored(positive: readonly number[], negative: readonly number[]): OperationalWindow {
  let wins = 0;
  for (const p of positive) for (const q of negative) wins += p > q ? 1 : p === q ? 0.5 : 0;
  const auc = wins / (positive.length * negative.length);
  const n = positive.length + negative.length;
  const performanceSums = { ...NOTHING, auc, positives: positive.length, negatives: negative.length };
  return figures({ requests: n, labelled: n, performance: { auc }, performanceSums });
}
