import type { Baseline, ModelSettings, Rule } from '@leeway/contract';
import { latencyQuantile, latencyTotal, latencyValue } from '@leeway/stats';
import type { OperationalWindow } from '../ports.js';
import type { CompiledRule } from '../rules/compile.js';
import type { Detail, Observation } from '../state/types.js';
import { type Limits, limitsOf, sideOf } from './condition.js';
import {
  binomialLower,
  binomialUpper,
  EVIDENCE_LEVEL,
  poissonLower,
  poissonUpper,
  rowsToSee,
} from './evidence.js';
import { type Finding, show } from './finding.js';
import { judgeMetric } from './performance.js';
import { judgeShare } from './share.js';

/** What operational rules compare with. */
export interface OperationalReference {
  settings: ModelSettings;
  baseline: Pick<Baseline, 'id' | 'latency' | 'performance'> | null;
  /** Requests per second the model is sized for or usually serves; null while it isn't known. */
  capacity: number | null;
}

interface Judged {
  value: number | null;
  unit: string;
  n: number;
  limits: Limits | null;
  observation: Observation;
  text: string;
}

/**
 * What an operational rule sees in one window of one slice. `now` bounds the time that has passed of a window
 * that isn't over yet, so that rates per second aren't diluted.
 */
export function observeWindow(
  rule: CompiledRule,
  window: OperationalWindow,
  reference: OperationalReference,
  now: number,
): Finding {
  const judged = judge(rule.rule, window, reference, now);
  const detail: Detail = {
    value: judged.value,
    threshold: judged.limits?.threshold ?? 0,
    unit: judged.unit,
    n: judged.n,
    window: { from: window.from, to: Math.min(window.to, now) },
    // Only what is compared with the baseline ends when the baseline does.
    baseline: rule.rule.condition.to === 'baseline' ? (reference.baseline?.id ?? null) : null,
    direction: null,
    importance: null,
    summary: judged.observation.kind === 'error' ? judged.observation.reason : judged.text,
  };
  const { model, version, segment } = window;
  return { rule, slice: { model, version, segment, signal: null }, observation: judged.observation, detail };
}

function judge(rule: Rule, w: OperationalWindow, ref: OperationalReference, now: number): Judged {
  const [group, name = ''] = rule.signal.split('.');
  if (group === 'latency') return latency(rule, w, ref, Number(name.slice(1)) / 100);
  if (group === 'throughput') return throughput(rule, w, ref, now);
  if (group === 'performance') return performance(rule, w, ref, name);
  if (group === 'cost') return cost(rule, w, ref, name, now);
  if (group === 'error_rate') return share(rule, w, w.errors, w.requests, 'requests failed');
  if (group === 'anomaly_rate') return share(rule, w, w.anomalies, w.requests, 'events are anomalous');
  return share(rule, w, w.rejected, w.requests + w.rejected, 'events were rejected');
}

function share(rule: Rule, w: OperationalWindow, k: number, n: number, what: string): Judged {
  const limits = limitsOf(rule, null);
  const value = n === 0 ? null : k / n;
  const text = `${show(k)} of ${show(n)} ${what} (${percent(value)}, limit ${percent(limits?.threshold ?? null)})`;
  const observation: Observation = limits
    ? judgeShare(k, n, limits, rule.min_rows, w.from)
    : unknownReference('a ratio of this signal');
  return { value, unit: 'share', n, limits, observation, text };
}

/** Quantiles: the limit is broken when more requests are slower than it than a fair sample could have. */
function latency(rule: Rule, w: OperationalWindow, ref: OperationalReference, q: number): Judged {
  const n = latencyTotal(w.latency);
  const value = latencyQuantile(w.latency, q);
  const trained = ref.baseline?.latency;
  const known = trained ? (q === 0.5 ? trained.p50 : q === 0.95 ? trained.p95 : trained.p99) : null;
  const limits = limitsOf(rule, known);
  const name = `P${Math.round(q * 100)}`;
  const base = { value, unit: 'ms', n, limits };
  const text = `${name} latency ${show(value)} ms on ${show(n)} requests (limit ${show(limits?.threshold ?? null)} ms)`;
  if (!limits) return { ...base, text, observation: unknownReference('a baseline with latencies') };
  if (value === null) return { ...base, text, observation: { kind: 'no_data', since: w.from } };
  if (n < rule.min_rows)
    return { ...base, text, observation: { kind: 'insufficient', rows: n, needed: rule.min_rows } };
  const side = sideOf(value, limits);
  if (side === 'breach') {
    let slower = 0;
    for (const [bin, count] of w.latency) if (latencyValue(bin) > limits.threshold) slower += count;
    const above = limits.op === '>' || limits.op === '>=';
    const tail = above ? binomialUpper(slower, n, 1 - q) : binomialLower(slower, n, 1 - q);
    if (tail <= EVIDENCE_LEVEL)
      return { ...base, text, observation: { kind: 'breach', value, windowStart: w.from } };
  }
  const needed = rule.min_rows || rowsToSee(1 - q);
  if (n < needed) return { ...base, text, observation: { kind: 'insufficient', rows: n, needed } };
  return { ...base, text, observation: { kind: side === 'clear' ? 'clear' : 'between', value } };
}

function throughput(rule: Rule, w: OperationalWindow, ref: OperationalReference, now: number): Judged {
  const seconds = elapsedMs(w, now) / 1_000;
  const value = seconds > 0 ? w.requests / seconds : null;
  const limits = limitsOf(rule, ref.capacity);
  const base = { value, unit: 'requests/s', n: w.requests, limits };
  const text = `${show(value)} requests/s (limit ${show(limits?.threshold ?? null)})`;
  if (!limits) return { ...base, text, observation: unknownReference('a known capacity') };
  if (value === null) return { ...base, text, observation: { kind: 'no_data', since: w.from } };
  const side = sideOf(value, limits);
  if (side === 'breach') {
    const expected = limits.threshold * seconds;
    const below = limits.op === '<' || limits.op === '<=';
    const tail = below ? poissonLower(w.requests, expected) : poissonUpper(w.requests, expected);
    if (tail <= EVIDENCE_LEVEL)
      return { ...base, text, observation: { kind: 'breach', value, windowStart: w.from } };
  }
  return { ...base, text, observation: { kind: side === 'clear' ? 'clear' : 'between', value } };
}

function performance(rule: Rule, w: OperationalWindow, ref: OperationalReference, name: string): Judged {
  const limits = limitsOf(rule, ref.baseline?.performance?.metrics[name] ?? null);
  return { ...judgeMetric(rule, w, name, limits), unit: name, limits };
}

function cost(
  rule: Rule,
  w: OperationalWindow,
  ref: OperationalReference,
  name: string,
  now: number,
): Judged {
  const hours = elapsedMs(w, now) / 3_600_000;
  const money =
    (w.tokensInput * ref.settings.cost_per_1k_input + w.tokensOutput * ref.settings.cost_per_1k_output) /
    1_000;
  const total = name === 'tokens_input' ? w.tokensInput : name === 'tokens_output' ? w.tokensOutput : money;
  const unit = name === 'total' ? 'money/h' : 'tokens/h';
  const value = hours > 0 ? total / hours : null;
  const limits = limitsOf(rule, null);
  const text = `${show(value)} ${unit} (limit ${show(limits?.threshold ?? null)})`;
  const base = { value, unit, n: w.requests, limits, text };
  if (!limits) return { ...base, observation: unknownReference('an absolute value') };
  if (value === null) return { ...base, observation: { kind: 'no_data', since: w.from } };
  if (w.requests < rule.min_rows) {
    return { ...base, observation: { kind: 'insufficient', rows: w.requests, needed: rule.min_rows } };
  }
  const side = sideOf(value, limits);
  return {
    ...base,
    observation: side === 'breach' ? { kind: 'breach', value, windowStart: w.from } : { kind: side, value },
  };
}

/** Time since the last event of a model, in seconds. `lastEvent` is epoch ms. */
export function observeSilence(rule: CompiledRule, model: string, lastEvent: number, now: number): Finding {
  const value = Math.max(0, (now - lastEvent) / 1_000);
  const limits = limitsOf(rule.rule, null);
  const side = limits ? sideOf(value, limits) : 'between';
  const observation: Observation =
    side === 'breach' ? { kind: 'breach', value, windowStart: lastEvent } : { kind: side, value };
  return {
    rule,
    slice: { model, version: '', segment: '', signal: null },
    observation,
    detail: {
      value,
      threshold: limits?.threshold ?? 0,
      unit: 's',
      n: null,
      window: { from: Math.min(lastEvent, now), to: now },
      baseline: null,
      direction: null,
      importance: null,
      summary: `no event for ${show(value)} s (limit ${show(limits?.threshold ?? null)} s)`,
    },
  };
}

/** All versions of a model together: the sums of their `''` segments. Null without any. */
export function sumVersions(windows: readonly OperationalWindow[], model: string, from: number, to: number) {
  const sum: OperationalWindow = {
    model,
    version: '',
    segment: '',
    from,
    to,
    requests: 0,
    errors: 0,
    rejected: 0,
    anomalies: 0,
    tokensInput: 0,
    tokensOutput: 0,
    latency: new Map(),
    performance: {},
    performanceSums: null,
    labelled: 0,
  };
  for (const w of windows) {
    if (w.segment !== '') continue;
    sum.requests += w.requests;
    sum.errors += w.errors;
    sum.rejected += w.rejected;
  }
  return sum;
}

function elapsedMs(w: OperationalWindow, now: number): number {
  return Math.max(0, Math.min(w.to, now) - w.from);
}

function unknownReference(what: string): Observation {
  return { kind: 'error', reason: `the rule needs ${what}` };
}

function percent(value: number | null): string {
  return value === null ? '–' : `${show(value * 100)} %`;
}
