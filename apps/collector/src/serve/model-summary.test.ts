import { type Baseline, DEFAULT_SETTINGS, type Verdict } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { type SummaryInput, summarise } from './model-summary.js';
import type { SummaryFigures } from './ports.js';

const now = Date.parse('2026-03-08T12:00:00Z');
const HOUR = 3_600_000;

function verdict(change: Partial<Verdict>): Verdict {
  return {
    signal: 'x',
    verdict: 'stable',
    psi_debiased: 0,
    n_current: 100,
    reason: 'PSI 0.00',
    direction: null,
    window_end: new Date(now).toISOString(),
    ...change,
  } as Verdict;
}

const figures: SummaryFigures = {
  versions: ['3'],
  events: 7_200,
  errors: 36,
  labelCoverage: null,
  firstEvent: now - 2 * HOUR,
  lastEvent: now - 1_000,
  latency: new Map([[500, 100]]),
  psi: [],
  traffic: [],
};
const input: SummaryInput = {
  model: 'm',
  range: { from: now - 24 * HOUR, to: now },
  now,
  settings: DEFAULT_SETTINGS,
  baseline: { id: 'b', latency: { p50: 1, p95: 2, p99: 3, rows: 9 } } as Baseline,
  figures,
  worst: verdict({}),
  alerts: { firing: 0, pending: 0 },
};

describe("a model's summary", () => {
  it('is as bad as its worst signal of the newest window', () => {
    const worst = verdict({ signal: 'y', verdict: 'moderate', psi_debiased: 0.15, reason: 'PSI 0.15' });
    const summary = summarise({ ...input, worst });
    expect(summary).toMatchObject({
      verdict: 'moderate',
      reason: 'y: PSI 0.15',
      worst_signal: { signal: 'y', psi: 0.15 },
    });
  });

  it('says in one sentence that all is well', () => {
    expect(summarise(input)).toMatchObject({ verdict: 'stable', reason: 'All signals are stable.' });
  });

  it('rounds what is only drawn to four digits, and keeps gaps', () => {
    const drawn = { ...figures, psi: [0.012345678, null, 1_234.5678, 0] };
    expect(summarise({ ...input, figures: drawn }).psi_sparkline).toEqual([0.01235, null, 1_235, 0]);
  });

  it('counts the rate from the first event on, and errors among all', () => {
    expect(summarise(input)).toMatchObject({ events_per_second: 1, error_rate: 0.005 });
  });

  it.each([
    [{ baseline: null }, /no baseline is active/],
    [{ baseline: null, figures: undefined }, /No events and no baseline/],
    [{ worst: null }, /No window has been judged/],
    [{ worst: null, figures: undefined }, /No events yet/],
    [{ worst: verdict({ window_end: new Date(now - 5 * HOUR).toISOString() }) }, /No events to judge since/],
  ] as [Partial<SummaryInput>, RegExp][])('says what is missing: %#', (change, reason) => {
    const summary = summarise({ ...input, ...change });
    expect(summary.verdict).toBe('no_data');
    expect(summary.reason).toMatch(reason);
  });
});
