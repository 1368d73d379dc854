import { DEFAULT_SETTINGS, Rule } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import { describe, expect, it } from 'vitest';
import type { OperationalWindow } from '../ports.js';
import { compileRule } from '../rules/compile.js';
import { seeded } from '../testing/random.js';
import { classified, missed, scored } from '../testing/sums.js';
import { figures } from '../testing/verdict.js';
import { observeWindow } from './operational.js';

/*
 * How often a window breaks a rule although the truth lies exactly on the rule's limit, where a false alarm is
 * likeliest. Each rule allows one in a thousand; what is asked of a simulation of this many windows is that it is
 * not clearly more.
 */
const WINDOWS = 2_500;
const ALLOWED = 0.0035;
const HOUR = 3_600_000;

const reference = {
  settings: DEFAULT_SETTINGS,
  baseline: { id: 'b', latency: { p50: 1, p95: 20, p99: 1, rows: 1e5 }, performance: null },
  capacity: 0.05,
};

function breaches(given: object, draw: () => OperationalWindow, windows = WINDOWS): number {
  const rule = compileRule(Rule.parse({ name: 'r', ...given }), 'api');
  let found = 0;
  for (let i = 0; i < windows; i++)
    if (observeWindow(rule, draw(), reference, HOUR).observation.kind === 'breach') found += 1;
  return found / windows;
}
const limit = (signal: string, op: string, value: number) => ({ signal, condition: { op, value } });

/** Of `n` rows half are positive, and each class is called rightly with this chance. */
function guesses(random: ReturnType<typeof seeded>, n: number, right: number) {
  const positives = random.binomial(n, 0.5);
  const tp = random.binomial(positives, right);
  const tn = random.binomial(n - positives, right);
  return classified(tp, n - positives - tn, positives - tp, tn);
}

describe('a rule whose limit is just met hardly ever fires', () => {
  const sizes = [30, 100, 400];
  it.each(sizes)('on the error rate of %i requests', (n) => {
    const random = seeded(n);
    const draw = () => figures({ requests: n, errors: random.binomial(n, 0.01) });
    expect(breaches({ ...limit('error_rate', '>', 0.01), min_rows: 30 }, draw)).toBeLessThan(ALLOWED);
  });

  it.each([20, 100, 400])('on the P95 of %i requests against twice the baseline’s', (n) => {
    const random = seeded(n);
    const draw = () => {
      const latency = new Map<number, number>();
      for (let i = 0; i < n; i++) {
        // 95 of 100 are faster than 40 ms, which is twice the baseline's P95.
        const bin = latencyBin(40 * Math.exp(random.normal() - 1.6448536));
        latency.set(bin, (latency.get(bin) ?? 0) + 1);
      }
      return figures({ requests: n, latency });
    };
    const rule = { signal: 'latency.p95', condition: { op: '>', ratio: 2, to: 'baseline' } };
    expect(breaches(rule, draw)).toBeLessThan(ALLOWED);
  });

  it('on the throughput of a quiet model', () => {
    const random = seeded(1);
    const rule = { signal: 'throughput', condition: { op: '<', ratio: 0.8, to: 'capacity' } };
    const draw = () => figures({ requests: random.poisson(0.8 * 0.05 * 3_600), to: HOUR });
    expect(breaches(rule, draw)).toBeLessThan(ALLOWED);
  });

  it.each(sizes)('on accuracy, precision, recall and F1 of %i labels', (n) => {
    const random = seeded(n);
    for (const metric of ['accuracy', 'precision', 'recall', 'f1'])
      expect(
        breaches(limit(`performance.${metric}`, '<', 0.8), () => guesses(random, n, 0.8)),
        metric,
      ).toBeLessThan(ALLOWED);
  });

  it.each([
    [40, 40],
    [35, 300],
  ])('on the AUC of %i positives and %i negatives', (positives, negatives) => {
    const random = seeded(positives);
    // Two normal scores that lie 1.19 apart have an AUC of 0.8.
    const gap = 0.841621 * Math.SQRT2;
    const draw = () =>
      scored(
        Array.from({ length: positives }, () => random.normal() + gap),
        Array.from({ length: negatives }, () => random.normal()),
      );
    expect(breaches(limit('performance.auc', '<', 0.8), draw, 1_000)).toBeLessThan(ALLOWED);
  });

  it.each(sizes)('on MAE, RMSE and bias of %i misses, also where they are skewed', (n) => {
    const random = seeded(n);
    const many = (one: () => number) => () => missed(Array.from({ length: n }, one));
    const even = many(() => random.normal());
    const skewed = many(() => random.exponential() - 1);
    expect(breaches(limit('performance.mae', '>', Math.sqrt(2 / Math.PI)), even)).toBeLessThan(ALLOWED);
    expect(breaches(limit('performance.rmse', '>', 1), even)).toBeLessThan(ALLOWED);
    expect(breaches(limit('performance.bias', '>', 0), even)).toBeLessThan(ALLOWED);
    expect(breaches(limit('performance.mae', '>', 2 / Math.E), skewed)).toBeLessThan(ALLOWED);
    expect(breaches(limit('performance.rmse', '>', 1), skewed)).toBeLessThan(ALLOWED);
    expect(breaches(limit('performance.bias', '>', 0), skewed)).toBeLessThan(ALLOWED);
    // The short tail of a skewed law is the hard one for a mean.
    expect(breaches(limit('performance.bias', '<', 0), skewed)).toBeLessThan(n < 100 ? 0.008 : 0.005);
  });
});

describe('a rule whose limit is clearly broken fires', () => {
  it.each([
    ['error_rate', limit('error_rate', '>', 0.01), () => figures({ requests: 100, errors: 8 })],
    ['accuracy', limit('performance.accuracy', '<', 0.9), () => guesses(seeded(3), 200, 0.75)],
    ['f1', limit('performance.f1', '<', 0.9), () => guesses(seeded(3), 200, 0.75)],
    [
      'auc',
      limit('performance.auc', '<', 0.9),
      () => {
        const random = seeded(5);
        return scored(
          Array.from({ length: 150 }, () => random.normal() + 0.8),
          Array.from({ length: 150 }, () => random.normal()),
        );
      },
    ],
    [
      'rmse',
      limit('performance.rmse', '>', 1),
      () => {
        const random = seeded(7);
        return missed(Array.from({ length: 100 }, () => 1.5 * random.normal()));
      },
    ],
  ])('on %s', (_name, given, draw) => {
    expect(breaches(given, draw, 1)).toBe(1);
  });

  it('and with too few labels says how many it takes', () => {
    const rule = compileRule(Rule.parse({ name: 'r', ...limit('performance.accuracy', '<', 0.9) }), 'api');
    const finding = observeWindow(rule, guesses(seeded(11), 40, 0.8), reference, HOUR);
    expect(finding.observation).toMatchObject({ kind: 'insufficient', rows: 40 });
    const needed = finding.observation.kind === 'insufficient' ? finding.observation.needed : 0;
    expect(needed).toBeGreaterThan(40);
    expect(needed).toBeLessThan(2_000);
    expect(finding.detail.summary).toMatch(
      /on 40 labelled events, surely between 0\.\d+ and 0\.9\d* \(limit 0\.9\)/,
    );
  });
});
