import type { Rule } from '@leeway/contract';
import { number, percent } from '../../lib/format';

/** What a rule can watch, in words and with the unit of its threshold. */
export const SIGNAL_WORDS: Record<Rule['signal'], { group: string; text: string; unit: string }> = {
  'drift.psi': { group: 'Drift', text: 'PSI of a signal', unit: 'PSI' },
  'drift.ks': { group: 'Drift', text: 'KS statistic of a signal', unit: '0–1' },
  'drift.js': { group: 'Drift', text: 'JS distance of a signal', unit: '0–1' },
  'drift.sequential': { group: 'Drift', text: 'slow drift (sequential evidence)', unit: 'log evidence' },
  'latency.p50': { group: 'Service', text: 'latency P50', unit: 'ms' },
  'latency.p95': { group: 'Service', text: 'latency P95', unit: 'ms' },
  'latency.p99': { group: 'Service', text: 'latency P99', unit: 'ms' },
  throughput: { group: 'Service', text: 'requests per second', unit: '/s' },
  error_rate: { group: 'Service', text: 'share of failed requests', unit: 'share 0–1' },
  anomaly_rate: { group: 'Service', text: 'share of anomalous events', unit: 'share 0–1' },
  'quality.missing': { group: 'Quality', text: 'share of missing values', unit: 'share 0–1' },
  'quality.out_of_range': {
    group: 'Quality',
    text: 'share outside of the baseline’s range',
    unit: 'share 0–1',
  },
  'quality.unseen': { group: 'Quality', text: 'share of unseen categories', unit: 'share 0–1' },
  'quality.invalid': { group: 'Quality', text: 'share of rejected events', unit: 'share 0–1' },
  'performance.accuracy': { group: 'Performance', text: 'accuracy', unit: '0–1' },
  'performance.precision': { group: 'Performance', text: 'precision', unit: '0–1' },
  'performance.recall': { group: 'Performance', text: 'recall', unit: '0–1' },
  'performance.f1': { group: 'Performance', text: 'F1', unit: '0–1' },
  'performance.auc': { group: 'Performance', text: 'AUC', unit: '0–1' },
  'performance.mae': { group: 'Performance', text: 'mean absolute error', unit: 'of the label' },
  'performance.rmse': { group: 'Performance', text: 'root mean squared error', unit: 'of the label' },
  'performance.bias': { group: 'Performance', text: 'bias', unit: 'of the label' },
  'performance.estimated_accuracy': { group: 'Performance', text: 'estimated accuracy', unit: '0–1' },
  'cost.tokens_input': { group: 'Cost', text: 'input tokens', unit: 'tokens' },
  'cost.tokens_output': { group: 'Cost', text: 'output tokens', unit: 'tokens' },
  'cost.total': { group: 'Cost', text: 'total cost', unit: 'money' },
  'ingest.silence': { group: 'Service', text: 'time without any event', unit: 's' },
};

const OPS: Record<string, string> = { '>': '>', '>=': '≥', '<': '<', '<=': '≤' };

/** A rule's condition as one reads it: `PSI > 0.2 for 10m`, `P95 > 2× baseline`. */
export function conditionText(rule: Pick<Rule, 'signal' | 'condition' | 'for'>): string {
  const { condition, signal } = rule;
  const limit =
    condition.ratio !== undefined
      ? `${number(condition.ratio)}× ${condition.to}`
      : limitText(condition.value ?? Number.NaN, SIGNAL_WORDS[signal].unit);
  return `${OPS[condition.op]} ${limit}${rule.for === '0' ? '' : ` for ${rule.for}`}`;
}

function limitText(value: number, unit: string): string {
  if (unit.startsWith('share')) return percent(value);
  if (unit === 'ms' || unit === 's' || unit === '/s') return `${number(value)}\u202f${unit}`;
  return number(value);
}

/** What a rule is about, in words; empty for "everything". */
export function selectorText({ selector }: Pick<Rule, 'selector'>): string {
  return [
    selector.model === '*' ? '' : selector.model,
    selector.version === '*' ? '' : `version ${selector.version}`,
    selector.segment,
    selector.feature === '*' ? '' : `feature ${selector.feature}`,
  ]
    .filter(Boolean)
    .join(', ');
}

export const ORIGIN_WORDS = { builtin: 'built-in', file: 'file', api: 'made here' } as const;
