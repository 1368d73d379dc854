import { describe, expect, it } from 'vitest';
import { hourOfWeek, seasonalReference } from './seasonal.js';

const at = (moment: string) => Date.parse(moment);
const baseline = [0, 70, 30];
const seasonal = [
  { hour: 0, counts: [0, 10, 0] },
  { hour: 1, counts: [0, 0, 20] },
  { hour: 167, counts: [0, 4, 4] },
];

describe('hours of the week', () => {
  it('start on Monday at 00:00 UTC', () => {
    expect(hourOfWeek(at('2024-01-01T00:00:00Z'))).toBe(0);
    expect(hourOfWeek(at('2024-01-01T01:59:59Z'))).toBe(1);
    expect(hourOfWeek(at('2024-01-07T23:30:00Z'))).toBe(167);
    expect(hourOfWeek(at('1969-12-29T00:00:00Z'))).toBe(0);
  });
});

describe('the seasonal reference', () => {
  it('is the baseline’s same hours, in the parts the window covers', () => {
    const reference = seasonalReference(
      seasonal,
      baseline,
      at('2024-01-01T00:30:00Z'),
      at('2024-01-01T02:00:00Z'),
    );
    expect(reference).toEqual({ kind: 'hour_of_week', counts: [0, 5, 20] });
  });

  it('runs over the end of the week', () => {
    const reference = seasonalReference(
      seasonal,
      baseline,
      at('2024-01-07T23:00:00Z'),
      at('2024-01-08T01:00:00Z'),
    );
    expect(reference.counts).toEqual([0, 14, 4]);
  });

  it('is the whole baseline for a week, and where the baseline has nothing at that hour', () => {
    const week = seasonalReference(
      seasonal,
      baseline,
      at('2024-01-01T00:00:00Z'),
      at('2024-01-08T00:00:00Z'),
    );
    const empty = seasonalReference(
      seasonal,
      baseline,
      at('2024-01-03T12:00:00Z'),
      at('2024-01-03T13:00:00Z'),
    );
    expect([week.kind, empty.kind]).toEqual(['all', 'all']);
    expect(empty.counts).toBe(baseline);
  });

  it('refuses windows that end before they start', () => {
    expect(() => seasonalReference(seasonal, baseline, 5, 5)).toThrow('to: is after from, got 5 and 5');
  });
});
