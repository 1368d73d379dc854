import type { Rule } from '@leeway/contract';
import type { OperationalWindow } from '../ports.js';
import type { Observation } from '../state/types.js';
import { type Limits, sideOf } from './condition.js';
import { show } from './finding.js';
import { type MetricInterval, metricInterval } from './metric-interval.js';

/** Rows that a performance figure needs to be called fine when the rule names none. */
const LABELLED_ROWS = 30;
const MOST_ROWS = 10_000_000;

export interface JudgedMetric {
  value: number | null;
  n: number;
  observation: Observation;
  text: string;
}

/**
 * A performance metric against its limits. Beyond the limit it is a breach only when its interval lies beyond as a
 * whole; otherwise the window has too few labels to tell, and says how many would do if the figure stayed.
 */
export function judgeMetric(
  rule: Rule,
  w: OperationalWindow,
  name: string,
  limits: Limits | null,
): JudgedMetric {
  const value = w.performance[name] ?? null;
  const interval = w.performanceSums && metricInterval(name, w.performanceSums);
  const n = interval?.n ?? 0;
  const rows = ROWS[name] ?? 'labelled events';
  const range = interval ? `, surely between ${show(interval.low)} and ${show(interval.high)}` : '';
  const text = `${name} ${show(value)} on ${show(n)} ${rows}${range} (limit ${show(limits?.threshold ?? null)})`;
  const judged = (observation: Observation): JudgedMetric => ({ value, n, observation, text });
  if (!limits) return judged({ kind: 'error', reason: `the rule needs a baseline with ${name}` });
  const needed = rule.min_rows || LABELLED_ROWS;
  if (value === null || !interval || n < needed) return judged({ kind: 'insufficient', rows: n, needed });
  const side = sideOf(value, limits);
  if (side !== 'breach') return judged({ kind: side, value });
  if (proven(interval, limits)) return judged({ kind: 'breach', value, windowStart: w.from });
  return judged({ kind: 'insufficient', rows: n, needed: rowsToProve(value, interval, limits) });
}

const ROWS: Readonly<Record<string, string>> = {
  precision: 'events predicted positive',
  recall: 'events labelled positive',
  f1: 'events predicted or labelled positive',
  auc: 'labelled events of the rarer class',
  estimated_accuracy: 'events with a score',
};

function isAbove({ op }: Limits): boolean {
  return op === '>' || op === '>=';
}

function proven({ low, high }: MetricInterval, limits: Limits): boolean {
  return isAbove(limits) ? low > limits.threshold : high < limits.threshold;
}

/** Intervals shrink with the root of the rows: how many it takes until this one ends at the threshold. */
function rowsToProve(value: number, { low, high, n }: MetricInterval, limits: Limits): number {
  const reach = isAbove(limits) ? value - low : high - value;
  const distance = Math.abs(value - limits.threshold);
  if (distance === 0) return MOST_ROWS;
  return Math.min(MOST_ROWS, Math.max(n + 1, Math.ceil(n * (reach / distance) ** 2)));
}
