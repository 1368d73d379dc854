import { describe, expect, it } from 'vitest';
import { isSeasonal, referenceFor } from './reference.js';
import { testBaseline } from './testing.js';

const HOUR = 3_600_000;
const monday = Date.parse('2026-03-02T00:00:00Z');

/** 1,000 rows an hour: red by day (08–20), blue by night. */
function seasonalColor() {
  const signal = testBaseline().signals[1]!;
  const seasonal = Array.from({ length: 168 }, (_, hour) => {
    const day = hour % 24 >= 8 && hour % 24 < 20;
    return { hour, counts: day ? [0, 900, 100, 0, 0] : [0, 100, 900, 0, 0] };
  });
  return { ...signal, seasonal };
}

describe('what a window is compared with', () => {
  it('is the same hours of the week where the baseline carries them', () => {
    const night = referenceFor(seasonalColor(), { start: monday + 2 * HOUR, end: monday + 4 * HOUR }, true);
    expect(night).toEqual({ kind: 'hour_of_week', counts: [0, 200, 1_800, 0, 0] });
  });

  it('weighs each hour by the part that the window covers', () => {
    const dawn = { start: monday + 7.5 * HOUR, end: monday + 9 * HOUR };
    expect(referenceFor(seasonalColor(), dawn, true).counts).toEqual([0, 50 + 900, 450 + 100, 0, 0]);
  });

  it('uses whole hours for a window inside of one', () => {
    const minutes = { start: monday + 9 * HOUR, end: monday + 9 * HOUR + 300_000 };
    expect(referenceFor(seasonalColor(), minutes, true).counts).toEqual([0, 900, 100, 0, 0]);
  });

  it('stays with those hours where they have few rows, so that a quiet night is not held against the day', () => {
    const signal = { ...seasonalColor(), seasonal: [{ hour: 0, counts: [0, 2, 5, 0, 0] }] };
    const midnight = referenceFor(signal, { start: monday, end: monday + HOUR }, true);
    expect(midnight).toEqual({ kind: 'hour_of_week', counts: [0, 2, 5, 0, 0] });
  });

  it.each<[string, object, { start: number; end: number }, boolean]>([
    ['seasonality is off', {}, { start: monday, end: monday + HOUR }, false],
    ['the baseline has no times', { seasonal: null }, { start: monday, end: monday + HOUR }, true],
    ['the window spans a week', {}, { start: monday, end: monday + 168 * HOUR }, true],
    [
      'those hours have no row',
      { seasonal: [{ hour: 0, counts: [0, 200, 299, 0, 0] }] },
      { start: monday + HOUR, end: monday + 2 * HOUR },
      true,
    ],
  ])('is the whole baseline when %s', (_name, change, window, seasonal) => {
    const signal = { ...seasonalColor(), ...change };
    expect(referenceFor(signal, window, seasonal)).toEqual({ kind: 'all', counts: signal.counts });
  });

  it('is seasonal for a model when it is for any signal', () => {
    expect(isSeasonal([testBaseline().signals[0]!, seasonalColor()], true)).toBe(true);
    expect(isSeasonal([testBaseline().signals[0]!, seasonalColor()], false)).toBe(false);
    expect(isSeasonal(testBaseline().signals, true)).toBe(false);
  });
});
