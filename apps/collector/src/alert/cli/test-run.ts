import { durationMs } from '@leeway/contract';
import { Simulation } from '../backtest/simulation.js';
import { findingsOf } from '../observe/from-verdicts.js';
import { SeenSlices } from '../observe/seen-slices.js';
import { compileRule } from '../rules/compile.js';
import type { Instance } from '../state/instance.js';
import { figuresAt, operationalFindings } from './test-figures.js';
import { type RuleTest, type Suite, VERDICT_SERIES } from './test-file.js';
import { verdictsAt } from './test-verdicts.js';

/** Runs one test through the daemon's own state machine; tells every difference from what it wants. */
export async function runTest(test: RuleTest, suite: Suite): Promise<string[]> {
  const start = Date.parse(test.start);
  const interval = durationMs(test.interval);
  const rules = suite.rules.filter((rule) => rule.enabled).map((rule) => compileRule(rule, 'file'));
  const matching = rules.filter((rule) => rule.model(test.model));
  const simulation = new Simulation(suite.config);
  const wants = [...test.want].sort((a, b) => durationMs(a.at) - durationMs(b.at));
  const differences: string[] = [];
  const lengths = [
    ...test.verdicts.flatMap((given) => VERDICT_SERIES.map((name) => given[name]?.length ?? 0)),
    ...test.figures.map((given) => given.requests.length),
  ];
  const steps = Math.max(
    0,
    ...lengths,
    ...wants.map((want) => Math.floor(durationMs(want.at) / interval) + 1),
  );
  let lastEvent: number | null = null;
  const seen = new SeenSlices({ operationalFleet: async () => [] });
  const watched = () => ({ seen, alerts: simulation.book.ofModel(test.model) });
  for (let step = 0; step < steps; step++) {
    const now = start + step * interval;
    const figures = figuresAt(test, step, now);
    if (figures.some((window) => window.requests > 0)) lastEvent = now;
    const verdicts = verdictsAt(test, step, now);
    const drift = matching.filter((rule) => rule.family === 'drift' || rule.family === 'quality');
    const findings = findingsOf(drift, verdicts, () => null);
    for (const rule of matching)
      findings.push(...operationalFindings(rule, test, figures, lastEvent, watched(), now));
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
