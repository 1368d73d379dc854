import type { Rule, Verdict } from '@leeway/contract';
import type { CompiledRule } from '../rules/compile.js';
import type { Detail, Observation } from '../state/types.js';
import { type Limits, limitsOf, sideOf } from './condition.js';
import { verdictText } from './drift-text.js';
import type { Finding } from './finding.js';
import { judgeShare } from './share.js';

/** Whether a rule of the drift or quality family is about this verdict at all. */
export function concerns(rule: CompiledRule, verdict: Verdict): boolean {
  return (
    rule.model(verdict.model) &&
    rule.version(verdict.version) &&
    rule.segment(verdict.segment) &&
    rule.feature(verdict.signal)
  );
}

/** What a drift or quality rule sees in one verdict. `importance` is the baseline's for this signal, or null. */
export function observeVerdict(rule: CompiledRule, verdict: Verdict, importance: number | null): Finding {
  const window = { from: Date.parse(verdict.window_start), to: Date.parse(verdict.window_end) };
  const { value, unit, limits, observation } =
    rule.family === 'quality'
      ? quality(rule.rule, verdict, window.from)
      : drift(rule.rule, verdict, window.from);
  const detail: Detail = {
    value,
    threshold: limits?.threshold ?? 0,
    unit,
    n: verdict.n_current,
    window,
    baseline: verdict.baseline,
    direction: verdict.direction,
    importance,
    summary: verdictText(rule.rule.signal, verdict, value, limits?.threshold ?? null, observation.kind),
  };
  const slice = {
    model: verdict.model,
    version: verdict.version,
    segment: verdict.segment,
    signal: verdict.signal,
  };
  return { rule, slice, observation, detail };
}

interface Judged {
  value: number | null;
  unit: string;
  limits: Limits | null;
  observation: Observation;
}

function drift(rule: Rule, verdict: Verdict, windowStart: number): Judged {
  const { value, unit } = statistic(rule.signal, verdict);
  const limits = limitsOf(rule, null);
  const judged = (observation: Observation): Judged => ({ value, unit, limits, observation });
  if (verdict.verdict === 'no_data') return judged({ kind: 'no_data', since: windowStart });
  if (verdict.n_current < rule.min_rows) {
    return judged({ kind: 'insufficient', rows: verdict.n_current, needed: rule.min_rows });
  }
  const sequential = rule.signal === 'drift.sequential';
  if (!sequential && verdict.verdict === 'insufficient_data') {
    const needed = verdict.rows_needed ?? rule.min_rows;
    return judged({ kind: 'insufficient', rows: verdict.n_current, needed });
  }
  if (value === null || limits === null) {
    return judged({ kind: 'insufficient', rows: verdict.n_current, needed: verdict.rows_needed ?? 1 });
  }
  const side = sideOf(value, limits);
  if (side === 'clear') return judged({ kind: 'clear', value });
  // Effect alone is noise: a window is bad when the verdict found the change significant too.
  const proven = sequential ? verdict.sequential?.drifting === true : verdict.verdict !== 'stable';
  if (side === 'breach' && proven) return judged({ kind: 'breach', value, windowStart });
  return judged({ kind: 'between', value });
}

function statistic(signal: Rule['signal'], verdict: Verdict): { value: number | null; unit: string } {
  switch (signal) {
    case 'drift.ks':
      return { value: verdict.ks_low, unit: 'KS' };
    case 'drift.js':
      return { value: verdict.js_distance, unit: 'JS distance' };
    case 'drift.sequential': {
      const s = verdict.sequential;
      return { value: s && s.threshold > 0 ? s.log_evidence / s.threshold : null, unit: '× alarm level' };
    }
    default:
      return { value: verdict.psi_debiased, unit: 'PSI' };
  }
}

function quality(rule: Rule, verdict: Verdict, windowStart: number): Judged {
  const value = qualityShare(rule.signal, verdict);
  // A share that never occurred in training still has a resolution: one row of the baseline.
  const trained = Math.max(verdict.missing_baseline ?? 0, 1 / Math.max(1, verdict.n_baseline));
  const limits = limitsOf(rule, rule.signal === 'quality.missing' ? trained : null);
  const judged = (observation: Observation): Judged => ({ value, unit: 'share', limits, observation });
  if (verdict.n_current === 0) return judged({ kind: 'no_data', since: windowStart });
  if (value === null || limits === null) {
    return judged({ kind: 'insufficient', rows: verdict.n_current, needed: Math.max(1, rule.min_rows) });
  }
  const k = Math.round(value * verdict.n_current);
  return judged(judgeShare(k, verdict.n_current, limits, rule.min_rows, windowStart));
}

function qualityShare(signal: Rule['signal'], verdict: Verdict): number | null {
  if (signal === 'quality.missing') return verdict.missing_current;
  return signal === 'quality.unseen' ? verdict.unseen_share : verdict.out_of_range_share;
}
