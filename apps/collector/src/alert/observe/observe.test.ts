import { DEFAULT_SETTINGS, type Direction, Rule } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../rules/compile.js';
import { classified } from '../testing/sums.js';
import { figures, MINUTE, verdict } from '../testing/verdict.js';
import { sideOf } from './condition.js';
import { observeVerdict } from './drift.js';
import { binomialUpper, poissonLower, rowsToSee } from './evidence.js';
import { findingsOf } from './from-verdicts.js';
import { observeWindow } from './operational.js';

const rule = (given: object) => compileRule(Rule.parse({ name: 'r', ...given }), 'api');
const reference = {
  settings: DEFAULT_SETTINGS,
  baseline: { id: 'b', latency: { p50: 10, p95: 40, p99: 80, rows: 1e5 }, performance: null },
  capacity: 10,
};
const NOW = 60 * MINUTE;
const seen = (given: object, change: Parameters<typeof figures>[0], ref = reference) =>
  observeWindow(rule(given), figures(change), ref, NOW).observation;

describe('exact tails', () => {
  it('agree with sums of exact fractions', () => {
    expect(binomialUpper(1, 50, 0.01)).toBeCloseTo(0.39499393, 7);
    expect(binomialUpper(10, 100, 0.01)).toBeCloseTo(7.6315875e-8, 14);
    expect(poissonLower(80, 100)).toBeCloseTo(0.02264918, 7);
    expect(rowsToSee(0.01)).toBe(299);
  });
});

describe('limits', () => {
  it('leave a gap between threshold and recovery', () => {
    const limits = { op: '>', threshold: 0.2, recovery: 0.15 } as const;
    expect([0.21, 0.2, 0.15, 0.149].map((v) => sideOf(v, limits))).toEqual([
      'breach',
      'between',
      'between',
      'clear',
    ]);
    const below = { op: '<', threshold: 8, recovery: 8 } as const;
    expect([7.9, 8].map((v) => sideOf(v, below))).toEqual(['breach', 'clear']);
  });
});

describe('operational rules', () => {
  const errors = { signal: 'error_rate', condition: { op: '>', value: 0.01 } };
  it('don’t page for one error in fifty requests, and do for ten in a hundred', () => {
    expect(seen(errors, { requests: 50, errors: 1 }).kind).toBe('insufficient');
    expect(seen(errors, { requests: 100, errors: 10 }).kind).toBe('breach');
  });
  it('call nothing fine before there is enough to see the limit', () => {
    expect(seen(errors, { requests: 100, errors: 0 })).toEqual({
      kind: 'insufficient',
      rows: 100,
      needed: 299,
    });
    expect(seen(errors, { requests: 300, errors: 0 }).kind).toBe('clear');
    expect(seen({ ...errors, min_rows: 30 }, { requests: 100, errors: 0 }).kind).toBe('clear');
    expect(seen(errors, { requests: 0 }).kind).toBe('no_data');
  });
  it('neither fire nor resolve on a rate above the limit that may be chance', () => {
    expect(seen(errors, { requests: 1_000, errors: 12 }).kind).toBe('between');
  });

  const slow = { signal: 'latency.p95', condition: { op: '>', ratio: 2, to: 'baseline' } };
  const latencies = (fast: number, late: number) => ({
    requests: fast + late,
    latency: new Map([
      [latencyBin(20), fast],
      [latencyBin(200), late],
    ]),
  });
  it('judge P95 by the requests beyond the limit', () => {
    // 3 of 50 beyond it put P95 there, but a fair sample does that as well.
    expect(seen(slow, latencies(47, 3)).kind).toBe('insufficient');
    expect(seen(slow, latencies(940, 60)).kind).toBe('between');
    expect(seen(slow, latencies(900, 100)).kind).toBe('breach');
    expect(seen(slow, latencies(1_000, 0)).kind).toBe('clear');
  });
  it('say what they lack where the baseline has no latencies', () => {
    const without = { ...reference, baseline: { id: 'b', latency: null, performance: null } };
    expect(seen(slow, latencies(900, 100), without as never)).toEqual({
      kind: 'error',
      reason: 'the rule needs a baseline with latencies',
    });
  });

  it('compare throughput with capacity by the Poisson tail', () => {
    const low = { signal: 'throughput', condition: { op: '<', ratio: 0.8, to: 'capacity' } };
    expect(seen(low, { requests: 36_000 }).kind).toBe('clear');
    expect(seen(low, { requests: 28_700 }).kind).toBe('between');
    expect(seen(low, { requests: 20_000 }).kind).toBe('breach');
    expect(seen(low, { requests: 0 }).kind).toBe('breach');
  });

  it('want labelled rows for performance', () => {
    const accuracy = { signal: 'performance.accuracy', condition: { op: '<', value: 0.9 } };
    const right = (tp: number, n: number) => seen(accuracy, classified(tp, n - tp, 0, 0));
    expect(right(5, 10)).toEqual({ kind: 'insufficient', rows: 10, needed: 30 });
    // 88 of 100 may be chance where the truth is 90 %; 140 of 200 may not.
    expect(right(88, 100)).toMatchObject({ kind: 'insufficient', rows: 100 });
    expect(right(140, 200).kind).toBe('breach');
    expect(right(95, 100).kind).toBe('clear');
    expect(seen(accuracy, {})).toMatchObject({ kind: 'insufficient', rows: 0 });
  });

  it('count cost per hour', () => {
    const settings = { ...DEFAULT_SETTINGS, cost_per_1k_input: 0.5, cost_per_1k_output: 1 };
    const finding = observeWindow(
      rule({ signal: 'cost.total', condition: { op: '>', value: 2 } }),
      figures({ requests: 10, tokensInput: 4_000, tokensOutput: 1_000 }),
      { ...reference, settings },
      NOW,
    );
    expect(finding.detail.value).toBeCloseTo(3);
    expect(finding.observation.kind).toBe('breach');
  });
});

describe('drift rules', () => {
  const drift = rule({ signal: 'drift.psi', condition: { op: '>', value: 0.2 }, recovery: 0.15 });
  const see = (v: Parameters<typeof observeVerdict>[1]) => observeVerdict(drift, v, null).observation.kind;
  it('need effect and evidence', () => {
    expect(see(verdict('x', NOW, 0.4))).toBe('breach');
    expect(see(verdict('x', NOW, 0.4, { verdict: 'stable' }))).toBe('between');
    expect(see(verdict('x', NOW, 0.18))).toBe('between');
    expect(see(verdict('x', NOW, 0.05))).toBe('clear');
    expect(see(verdict('x', NOW, 0.9, { verdict: 'insufficient_data', n_current: 12 }))).toBe('insufficient');
    expect(see(verdict('x', NOW, null))).toBe('no_data');
  });
  it('see only the newest window of a signal, and none of the past', () => {
    const verdicts = [
      verdict('x', NOW - 5 * MINUTE, 0.4),
      verdict('x', NOW, 0.01),
      verdict('y', NOW, 0.4, { historical: true }),
    ];
    expect(
      findingsOf([drift], verdicts, () => null).map((f) => [f.slice.signal, f.observation.kind]),
    ).toEqual([['x', 'clear']]);
  });
  it('take globs for model, version, segment and feature', () => {
    const only = rule({
      signal: 'drift.psi',
      condition: { op: '>', value: 0.2 },
      selector: { model: 'flight-*', feature: 'dist*', segment: 'region=*' },
    });
    const verdicts = [
      verdict('distance', NOW, 0.4, { segment: 'region=eu' }),
      verdict('distance', NOW, 0.4),
      verdict('carrier', NOW, 0.4, { segment: 'region=eu' }),
      verdict('distance', NOW, 0.4, { model: 'other', segment: 'region=eu' }),
    ];
    expect(findingsOf([only], verdicts, () => null)).toHaveLength(1);
  });
  it('judge missing values against the baseline’s share', () => {
    const missing = rule({ signal: 'quality.missing', condition: { op: '>', ratio: 3, to: 'baseline' } });
    const see = (share: number) =>
      observeVerdict(
        missing,
        verdict('x', NOW, 0.01, { missing_baseline: 0.01, missing_current: share, n_current: 1_000 }),
        null,
      );
    expect(see(0.1).observation.kind).toBe('breach');
    expect(see(0.032).observation.kind).toBe('between');
    expect(see(0.01).observation.kind).toBe('clear');
  });
  it('tell people of the figure that they watch, with rows, limit and direction', () => {
    const direction: Direction = {
      way: 'up',
      text: 'median 720 → 1,160 (×1.61)',
      median_baseline: 720,
      median_current: 1_160,
      gained: [],
      lost: [],
    };
    const told = (given: object, change: object = {}) =>
      observeVerdict(rule(given), verdict('x', NOW, 0.4, { direction, n_current: 1_000, ...change }), null)
        .detail.summary;
    const above = (value: number) => ({ condition: { op: '>', value } });
    expect(told({ signal: 'drift.psi', ...above(0.2) })).toBe(
      'PSI 0.4 on 1,000 events (limit 0.2); median 720 → 1,160 (×1.61)',
    );
    expect(told({ signal: 'drift.ks', ...above(0.1) }, { ks_low: 0.31 })).toMatch(
      /^KS at least 0.31 on 1,000 events \(limit 0.1\); median/,
    );
    expect(told({ signal: 'drift.js', ...above(0.1) })).toMatch(/^JS distance 0.4 on 1,000 events/);
    expect(told({ signal: 'quality.missing', ...above(0.1) }, { missing_current: 0.3 })).toBe(
      '30 % of 1,000 values are missing (limit 10 %)',
    );
    expect(told({ signal: 'quality.unseen', ...above(0.05) }, { unseen_share: 0.17 })).toMatch(
      /^17 % of 1,000 values are categories that the baseline never had/,
    );
    const few = {
      verdict: 'insufficient_data',
      n_current: 12,
      reason: 'not enough events to judge: 12 of 310',
    };
    expect(told({ signal: 'drift.psi', ...above(0.2) }, few)).toBe('not enough events to judge: 12 of 310');
  });
});
