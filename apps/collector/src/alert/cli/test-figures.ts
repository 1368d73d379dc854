import { DEFAULT_SETTINGS, durationMs, type ModelSettings } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import type { Finding } from '../observe/finding.js';
import { observeSilence, observeWindow, sumVersions } from '../observe/operational.js';
import { absences, type SeenSlices } from '../observe/seen-slices.js';
import type { OperationalWindow, PerformanceSums } from '../ports.js';
import type { CompiledRule } from '../rules/compile.js';
import { wholeModel } from '../rules/still-about.js';
import type { Instance } from '../state/instance.js';
import type { Sample } from './series.js';
import type { RuleTest } from './test-file.js';

/** The made-up operational figures of one step, whose windows end at `now`. */
export function figuresAt(test: RuleTest, step: number, now: number): OperationalWindow[] {
  const windowMs = durationMs(test.window);
  const at = (series: Sample[] | undefined): number => {
    const sample = series?.[step];
    return typeof sample === 'number' ? sample : 0;
  };
  return test.figures.flatMap((given) => {
    const requests = at(given.requests);
    if (requests === 0) return [];
    const metrics = Object.entries(given.performance).flatMap(([name, series]): [string, number][] => {
      const sample = series?.[step];
      return typeof sample === 'number' ? [[name, sample]] : [];
    });
    const window: OperationalWindow = {
      model: test.model,
      version: given.version,
      segment: given.segment,
      from: now - windowMs,
      to: now,
      requests,
      errors: at(given.errors),
      rejected: at(given.rejected),
      anomalies: at(given.anomalies),
      tokensInput: at(given.tokens_input),
      tokensOutput: at(given.tokens_output),
      latency: given.latency_ms ? new Map([[latencyBin(at(given.latency_ms)), requests]]) : new Map(),
      performance: Object.fromEntries(metrics),
      performanceSums: metrics.length === 0 ? null : sumsOf(new Map(metrics), requests),
      labelled: metrics.length === 0 ? 0 : requests,
    };
    return [window];
  });
}

/** Sums that give these metrics on `n` rows. Errors of numbers are all of the same size, so their mean is certain. */
function sumsOf(metrics: ReadonlyMap<string, number>, n: number): PerformanceSums {
  const of = (name: string) => metrics.get(name) ?? 0;
  const size = of('rmse') || of('mae') || Math.abs(of('bias'));
  const signed = of('bias');
  const shared = of('f1') / (2 - of('f1'));
  const hits = of('precision') || of('recall') || shared;
  return {
    regression: n,
    signed: signed * n,
    absolute: (of('mae') || size) * n,
    squared: size ** 2 * n,
    signed3: signed ** 3 * n,
    absolute3: (of('mae') || size) ** 3 * n,
    power4: size ** 4 * n,
    power6: size ** 6 * n,
    classified: n,
    correct: of('accuracy') * n,
    tp: hits * n,
    fp: metrics.has('recall') ? 0 : (1 - hits) * n,
    fn: metrics.has('recall') ? (1 - hits) * n : 0,
    auc: metrics.get('auc') ?? null,
    positives: n / 2,
    negatives: n / 2,
    estimable: n,
    estimated: of('estimated_accuracy') * n,
    estimated2: of('estimated_accuracy') ** 2 * n,
    estimated3: of('estimated_accuracy') ** 3 * n,
  };
}

/** What an operational or silence rule sees in the figures of one step. */
export function operationalFindings(
  rule: CompiledRule,
  test: RuleTest,
  figures: OperationalWindow[],
  lastEvent: number | null,
  watched: { seen: SeenSlices; alerts: readonly Instance[] },
  now: number,
): Finding[] {
  if (test.figures.length === 0 || lastEvent === null) return [];
  if (rule.family === 'silence') return [observeSilence(rule, test.model, lastEvent, now)];
  if (rule.family !== 'operational') return [];
  const windowMs = durationMs(test.window);
  const { cost_per_1k_input, cost_per_1k_output } = test;
  const settings: ModelSettings = {
    ...DEFAULT_SETTINGS,
    window_ms: windowMs,
    cost_per_1k_input,
    cost_per_1k_output,
  };
  const overall = wholeModel(rule);
  const rows = overall ? [sumVersions(figures, test.model, now - windowMs, now)] : figures;
  const latency = test.baseline_latency ? { ...test.baseline_latency, rows: 100_000 } : null;
  const metrics = test.baseline_performance as Record<string, number>;
  const performance = { task: 'binary' as const, n: 100_000, metrics };
  const baseline = { id: 'test', latency, performance };
  const present = rows
    .filter((row) => overall || (rule.version(row.version) && rule.segment(row.segment)))
    .map((row) =>
      observeWindow(rule, row, { settings, baseline, capacity: test.capacity_per_second ?? null }, now),
    );
  for (const { slice } of present) watched.seen.saw(rule, slice);
  const seen = watched.seen.of(rule, test.model);
  return [...present, ...absences(rule, watched.alerts, seen, present, now - windowMs)];
}
