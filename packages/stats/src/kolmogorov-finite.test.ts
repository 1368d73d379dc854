import { describe, expect, it } from 'vitest';
import { kolmogorovFiniteTail } from './kolmogorov-finite.js';
import { ksFiniteP } from './kolmogorov-smirnov.js';

describe('the law of one sample’s largest distance', () => {
  // scipy.stats.kstwo.sf
  it.each([
    [0.3, 1, 1],
    [0.7, 1, 0.6],
    [0.6, 2, 0.32],
    [0.2, 7, 0.894391575755],
    [0.15, 50, 0.19026366518248072],
    [0.28, 50, 0.0005850122324396745],
    [0.5, 50, 4.392853499119748e-12],
    [0.055, 501, 0.09297840023907422],
    [0.02, 1000, 0.8108971656895577],
    [0.0004, 1_000_000, 0.9971754333502034],
    [0.0023, 1_000_000, 5.0760287993365106e-5],
  ])('P(D ≥ %f) of %i values', (d, n, p) => {
    expect(kolmogorovFiniteTail(d, n) / p).toBeCloseTo(1, 6);
  });

  it('falls as the distance grows, through every way of computing it', () => {
    for (const n of [3, 500, 501, 20_000]) {
      let before = 1;
      for (let i = 1; i <= 60; i++) {
        const tail = kolmogorovFiniteTail((i / 20) * Math.sqrt(1 / n), n);
        expect(tail).toBeLessThanOrEqual(before + 1e-9);
        expect(tail).toBeGreaterThanOrEqual(0);
        before = tail;
      }
    }
  });

  it('takes the effective rows to the nearest even whole, and tells nothing of none', () => {
    expect(ksFiniteP(0.6, 5, 5)).toBe(kolmogorovFiniteTail(0.6, 2));
    expect(ksFiniteP(1, 1, 1)).toBeNull();
    expect(() => kolmogorovFiniteTail(0.5, 0)).toThrow('n: is a whole number ≥ 1, got 0');
  });
});
