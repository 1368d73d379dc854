import { Verdict } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { judgeWindow, type WindowInput } from './judge-window.js';
import { testBaseline, testSettings } from './testing.js';

const noon = Date.parse('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;

function input(change: Partial<WindowInput> = {}): WindowInput {
  return {
    model: 'm',
    version: '1',
    segment: '',
    baseline: testBaseline(),
    settings: testSettings(),
    window: { start: noon - HOUR, end: noon, historical: false },
    counts: new Map([
      ['x', [0, 0, ...new Array<number>(10).fill(100), 0]],
      ['color', [0, 600, 400, 0, 0]],
    ]),
    slices: 1,
    sequential: new Map(),
    now: noon + 5_000,
    ...change,
  };
}

const drift = { log_evidence: 20, threshold: 11, drifting: true, onset: '2026-03-01T10:00:00.000Z' };

describe('a judged window', () => {
  it('gives one verdict a signal, in the shape of the contract', () => {
    const verdicts = judgeWindow(input());
    expect(verdicts.map(({ signal, verdict }) => [signal, verdict])).toEqual([
      ['x', 'stable'],
      ['color', 'stable'],
    ]);
    for (const verdict of verdicts) expect(Verdict.parse(verdict)).toEqual(verdict);
  });

  it('is no_data for a signal without rows, and leaves labels out until some come', () => {
    const baseline = testBaseline();
    const label = { ...baseline.signals[1]!, signal: '@label', role: 'label' as const };
    baseline.signals.push(label);
    const without = judgeWindow(input({ baseline, counts: new Map() }));
    expect(without.map(({ signal, verdict }) => [signal, verdict])).toEqual([
      ['x', 'no_data'],
      ['color', 'no_data'],
    ]);
    const counts = new Map([...input().counts, ['@label', [0, 600, 400, 0, 0]]]);
    expect(judgeWindow(input({ baseline, counts })).map(({ signal }) => signal)).toContain('@label');
  });

  it('says how many rows it needs when it has too few', () => {
    const few = new Map([['x', [0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]]]);
    const [x] = judgeWindow(input({ counts: few }));
    expect(x).toMatchObject({ verdict: 'insufficient_data', n_current: 30 });
    expect(x!.rows_needed).toBeGreaterThan(30);
  });

  it('is drifting where many windows together say so, and says since when', () => {
    const [x] = judgeWindow(input({ sequential: new Map([['x', drift]]) }));
    expect(x).toMatchObject({ verdict: 'drifting', sequential: drift });
    expect(x!.reason).toContain('2026-03-01 10:00 UTC');
  });

  it('stays significant when it is that by itself, and no_data without rows', () => {
    const moved = new Map([['x', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 500, 500, 0]]]);
    const sequential = new Map([['x', drift]]);
    expect(judgeWindow(input({ counts: moved, sequential }))[0]!.verdict).toBe('significant');
    expect(judgeWindow(input({ counts: new Map(), sequential }))[0]!.verdict).toBe('no_data');
  });

  it('asks for more evidence where more slices share the budget', () => {
    const needed = (slices: number) => judgeWindow(input({ slices }))[0]!.rows_needed!;
    expect(needed(50)).toBeGreaterThan(needed(1));
  });

  it('compares night with night where the baseline knows the hours', () => {
    const baseline = testBaseline();
    baseline.signals[1] = {
      ...baseline.signals[1]!,
      seasonal: Array.from({ length: 168 }, (_, hour) => ({
        hour,
        counts: hour % 24 < 8 ? [0, 100, 900, 0, 0] : [0, 900, 100, 0, 0],
      })),
    };
    const blue = new Map([['color', [0, 110, 890, 0, 0]]]);
    const night = { start: noon - 10 * HOUR, end: noon - 9 * HOUR, historical: false };
    const judged = (seasonal: boolean) =>
      judgeWindow(
        input({ baseline, counts: blue, window: night, settings: testSettings({ seasonal }) }),
      ).find(({ signal }) => signal === 'color')!;
    expect(judged(true)).toMatchObject({ verdict: 'stable', reference: 'hour_of_week' });
    expect(judged(false)).toMatchObject({ verdict: 'significant', reference: 'all' });
  });
});
