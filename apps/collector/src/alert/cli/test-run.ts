import { DEFAULT_SETTINGS, durationMs, type ModelSettings, type Verdict } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import { Simulation } from '../backtest/simulation.js';
import type { Finding } from '../observe/finding.js';
import { findingsOf } from '../observe/from-verdicts.js';
import { observeSilence, observeWindow, sumVersions } from '../observe/operational.js';
import type { OperationalWindow } from '../ports.js';
import { type CompiledRule, compileRule } from '../rules/compile.js';
import { wholeModel } from '../rules/still-about.js';
import type { Instance } from '../state/instance.js';
import type { Sample } from './series.js';
import type { RuleTest, Suite } from './test-file.js';

/** Runs one test through the daemon's own state machine; tells every difference from what it wants. */
export async function runTest(test: RuleTest, suite: Suite): Promise<string[]> {
  const start = Date.parse(test.start);
  const interval = durationMs(test.interval);
  const rules = suite.rules.filter((rule) => rule.enabled).map((rule) => compileRule(rule, 'file'));
  const matching = rules.filter((rule) => rule.model(test.model));
  const simulation = new Simulation(suite.config);
  const wants = [...test.want].sort((a, b) => durationMs(a.at) - durationMs(b.at));
  const differences: string[] = [];
  const lengths = [...test.verdicts.map((v) => v.psi.length), ...test.figures.map((f) => f.requests.length)];
  const steps = Math.max(
    0,
    ...lengths,
    ...wants.map((want) => Math.floor(durationMs(want.at) / interval) + 1),
  );
  let lastEvent: number | null = null;
  for (let step = 0; step < steps; step++) {
    const now = start + step * interval;
    const figures = figuresAt(test, step, now);
    if (figures.some((window) => window.requests > 0)) lastEvent = now;
    const verdicts = verdictsAt(test, step, now);
    const drift = matching.filter((rule) => rule.family === 'drift' || rule.family === 'quality');
    const findings = findingsOf(drift, verdicts, () => null);
    for (const rule of matching) findings.push(...operational(rule, test, figures, lastEvent, now));
    await simulation.observe(findings, now);
    while (wants.length > 0 && durationMs(wants[0]!.at) < (step + 1) * interval) {
      const want = wants.shift()!;
      differences.push(...compare(want, [...simulation.book.all()]));
    }
  }
  simulation.advance(start + steps * interval);
  if (test.notifications) {
    const wanted = test.notifications.map((n) => `${n.why} at ${n.at}`);
    const got = simulation.notifications.map((n) => `${n.why} at ${showDuration(n.at - start)}`);
    const normal = test.notifications.map((n) => `${n.why} at ${showDuration(durationMs(n.at))}`);
    if (normal.join() !== got.join()) {
      differences.push(`wanted the notifications [${wanted.join(', ')}], got [${got.join(', ')}]`);
    }
  }
  return differences;
}

function compare(want: RuleTest['want'][number], instances: Instance[]): string[] {
  const left = [...instances];
  const differences: string[] = [];
  for (const alert of want.alerts) {
    const { rule, state, signal, version, segment } = alert;
    const found = left.findIndex(
      (i) =>
        i.rule === rule &&
        i.state.phase === state &&
        (signal === undefined || i.slice.signal === signal) &&
        (version === undefined || i.slice.version === version) &&
        (segment === undefined || i.slice.segment === segment),
    );
    if (found >= 0) left.splice(found, 1);
    else
      differences.push(
        `at ${want.at}: wanted ${rule}${signal ? ` on ${signal}` : ''} ${state}, but ${stateOf(instances, rule)}`,
      );
  }
  for (const extra of left) {
    if (extra.state.phase === 'resolved') continue;
    differences.push(
      `at ${want.at}: ${extra.rule} on ${extra.slice.signal ?? 'the model'} is ${extra.state.phase}, which is not wanted`,
    );
  }
  return differences;
}

function stateOf(instances: Instance[], rule: string): string {
  const states = instances
    .filter((i) => i.rule === rule)
    .map((i) => `${i.state.phase}${i.slice.signal ? ` on ${i.slice.signal}` : ''}`);
  return states.length > 0 ? `it is ${states.join(', ')}` : 'it is inactive';
}

function verdictsAt(test: RuleTest, step: number, now: number): Verdict[] {
  return test.verdicts.flatMap((given) => {
    const sample = given.psi[step];
    if (sample === undefined) return [];
    const psi = typeof sample === 'number' ? sample : null;
    return [verdictOf(test, given, psi, sample, now)];
  });
}

function verdictOf(
  test: RuleTest,
  given: RuleTest['verdicts'][number],
  psi: number | null,
  sample: Sample,
  now: number,
): Verdict {
  const n = sample === 'none' ? 0 : sample === 'few' ? 10 : given.rows;
  const kind =
    psi === null
      ? n === 0
        ? 'no_data'
        : 'insufficient_data'
      : psi > 0.2
        ? 'significant'
        : psi > 0.1
          ? 'moderate'
          : 'stable';
  const iso = (at: number) => new Date(at).toISOString();
  return {
    model: test.model,
    version: given.version,
    segment: given.segment,
    signal: given.signal,
    kind: 'numeric',
    role: 'feature',
    baseline: 'test',
    window_start: iso(now - durationMs(test.window)),
    window_end: iso(now),
    evaluated_at: iso(now),
    historical: false,
    n_baseline: 100_000,
    n_current: n,
    psi,
    psi_debiased: psi,
    js_divergence: null,
    js_distance: null,
    ks_low: null,
    ks_high: null,
    chi2: null,
    dof: null,
    p_value: null,
    q_value: null,
    phi: 1,
    reference: 'all',
    missing_baseline: 0,
    missing_current: n === 0 ? null : 0,
    unseen_share: n === 0 ? null : 0,
    out_of_range_share: n === 0 ? null : 0,
    verdict: kind,
    reason: psi === null ? kind.replace('_', ' ') : `PSI ${psi} on ${n} events`,
    rows_needed: 310,
    direction: null,
    sequential: null,
  };
}

function figuresAt(test: RuleTest, step: number, now: number): OperationalWindow[] {
  const windowMs = durationMs(test.window);
  const at = (series: Sample[] | undefined): number => {
    const sample = series?.[step];
    return typeof sample === 'number' ? sample : 0;
  };
  return test.figures.flatMap((given) => {
    const requests = at(given.requests);
    if (requests === 0) return [];
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
      tokensInput: 0,
      tokensOutput: 0,
      latency: given.latency_ms ? new Map([[latencyBin(at(given.latency_ms)), requests]]) : new Map(),
      performance: {},
      performanceSums: null,
      labelled: 0,
    };
    return [window];
  });
}

function operational(
  rule: CompiledRule,
  test: RuleTest,
  figures: OperationalWindow[],
  lastEvent: number | null,
  now: number,
): Finding[] {
  if (test.figures.length === 0 || lastEvent === null) return [];
  if (rule.family === 'silence') return [observeSilence(rule, test.model, lastEvent, now)];
  if (rule.family !== 'operational') return [];
  const settings: ModelSettings = { ...DEFAULT_SETTINGS, window_ms: durationMs(test.window) };
  const overall = wholeModel(rule);
  const windowMs = durationMs(test.window);
  const rows = overall ? [sumVersions(figures, test.model, now - windowMs, now)] : figures;
  const latency = test.baseline_latency ? { ...test.baseline_latency, rows: 100_000 } : null;
  const baseline = { id: 'test', latency, performance: null };
  return rows
    .filter((row) => overall || (rule.version(row.version) && rule.segment(row.segment)))
    .map((row) =>
      observeWindow(rule, row, { settings, baseline, capacity: test.capacity_per_second ?? null }, now),
    );
}

function showDuration(ms: number): string {
  const parts: string[] = [];
  let left = ms;
  for (const [unit, size] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const) {
    if (left >= size) parts.push(`${Math.floor(left / size)}${unit}`);
    left %= size;
  }
  return parts.join('') || '0';
}
