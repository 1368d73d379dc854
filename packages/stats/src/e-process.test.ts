import { describe, expect, it } from 'vitest';
import { logEValue } from './e-process.js';
import { minimumWindow, psiCritical, psiExceedance } from './psi-null.js';
import { quantileRanks } from './quantile-interval.js';
import { rareExcessP } from './rare-excess.js';
import { effectiveRowsNeeded, rowsForEffective } from './rows-needed.js';
import { trendTest } from './trend-test.js';

describe('the e-value', () => {
  it('speaks against drift while shares hold, and for it the more rows differ', () => {
    const even = [1000, 1000, 1000, 1000];
    expect(logEValue(even, [100, 100, 100, 100], 0.1)).toBeLessThan(-2);
    const drifting = [1, 5, 20].map((k) => logEValue(even, [14 * k, 11 * k, 9 * k, 6 * k], 0.1));
    expect(drifting[1]!).toBeGreaterThan(drifting[0]!);
    expect(drifting[2]!).toBeGreaterThan(10);
    expect(logEValue(even, [0, 0, 0, 0], 0.1)).toBeCloseTo(0, 10);
  });

  it('refuses an empty baseline bin and effects out of reach', () => {
    expect(() => logEValue([0, 5], [1, 1], 0.1)).toThrow('baseline: needs rows in every bin');
    expect(() => logEValue([5, 5], [1, 1], 2)).toThrow('delta: is below 1 for this many bins');
  });
});

describe('how many rows it takes', () => {
  it('falls with the effect, grows with bins, confidence and certainty wanted', () => {
    const rows = effectiveRowsNeeded(9, 1e-4, 0.1, 0.8);
    expect(effectiveRowsNeeded(9, 1e-4, 0.2, 0.8)).toBeCloseTo(rows / 2, 6);
    expect(effectiveRowsNeeded(19, 1e-4, 0.1, 0.8)).toBeGreaterThan(rows);
    expect(effectiveRowsNeeded(9, 1e-6, 0.1, 0.8)).toBeGreaterThan(rows);
    expect(effectiveRowsNeeded(9, 1e-4, 0.1, 0.95)).toBeGreaterThan(rows);
  });

  it('is out of reach when the baseline is smaller', () => {
    expect(rowsForEffective(300, 10_000)).toBe(310);
    expect(rowsForEffective(300, 300)).toBeNull();
    expect(minimumWindow(100, 10, 0.1, 0.001)).toBeNull();
  });

  it('matches PSI’s own critical value: a window of the least size exceeds the band with chance α', () => {
    const m = minimumWindow(10_000, 10, 0.1, 0.01)!;
    expect(psiExceedance(0.1, 10, 10_000, m)).toBeLessThanOrEqual(0.01);
    expect(psiExceedance(0.1, 10, 10_000, m - 1)).toBeGreaterThan(0.01);
    expect(psiCritical(0.01, 10, 10_000, m)).toBeCloseTo(0.1, 2);
    expect(() => psiCritical(0.01, 10, 0, 5)).toThrow('rows: are above 0');
  });
});

describe('tests of few rows', () => {
  it('a rare bin: its p is the chance that all of its rows fall to the current side', () => {
    expect(rareExcessP(0, 900, 2, 100)).toBeCloseTo(0.01, 12);
    expect(rareExcessP(0, 900, 0, 100)).toBe(1);
    expect(rareExcessP(9, 900, 1, 100)).toBeCloseTo(1 - 0.9 ** 10, 10);
    expect(rareExcessP(0, 900, 4, 100, 2)).toBeCloseTo(0.01, 12);
  });

  it('a trend: its z is the standardised rank sum', () => {
    const up = trendTest([100, 100, 100], [5, 10, 25])!;
    const down = trendTest([100, 100, 100], [25, 10, 5])!;
    expect(up.z).toBeCloseTo(-down.z, 10);
    expect(up.z).toBeGreaterThan(3.5);
    expect(trendTest([100, 100], [0, 0])).toBeNull();
    expect(trendTest([100, 0], [50, 0])).toBeNull();
  });

  it('a trend among lopsided bins pays for its skew', () => {
    const even = trendTest([5000, 5000], [20, 30])!;
    const lopsided = trendTest([9950, 50], [96, 4])!;
    const normal = trendTest([5000, 5000], [1000, 1000])!;
    expect(normal.p).toBeCloseTo(1, 6);
    expect(even.p).toBeLessThan(0.2);
    // z is about 5 here, whose normal tail would be 6e-7; four rows where half a one is usual are one in a thousand.
    expect(lopsided.z).toBeGreaterThan(4.5);
    expect(lopsided.p).toBeGreaterThan(1e-3);
  });
});

describe('quantile ranks', () => {
  it('cover at least as often as asked', () => {
    for (const n of [20, 100, 5000]) {
      for (const q of [0.5, 0.95]) expect(quantileRanks(n, q, 0.1).coverage).toBeGreaterThanOrEqual(0.9);
    }
    expect(() => quantileRanks(0, 0.5, 0.1)).toThrow('n: is a whole number ≥ 1, got 0');
  });
});
