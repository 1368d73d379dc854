import { describe, expect, it } from 'vitest';
import { psi, psiDebiased, psiFloorEpsilon, psiLaplace, psiZeroEpsilon } from './psi.js';

describe('PSI', () => {
  it('is Σ (q − p)·ln(q/p), the same both ways', () => {
    const byHand = 0.1 * Math.log(0.6 / 0.5) - 0.1 * Math.log(0.4 / 0.5);
    expect(psi([50, 50], [60, 40])).toBeCloseTo(byHand, 12);
    expect(psi([60, 40], [50, 50])).toBeCloseTo(byHand, 12);
  });

  it('depends on shares, not on how many rows there are', () => {
    expect(psi([5, 15], [300, 100])).toBeCloseTo(psi([500, 1500], [3, 1])!, 12);
  });

  it('is null where a bin is empty on one side only, and the mended forms are not', () => {
    expect(psi([10, 0], [5, 5])).toBeNull();
    expect(psi([10, 0], [10, 0])).toBe(0);
    expect(psiZeroEpsilon([10, 0], [5, 5])).toBeGreaterThan(3);
    expect(psiFloorEpsilon([10, 0], [5, 5])).toBeGreaterThan(3);
    expect(psiLaplace([10, 0], [5, 5])).toBeLessThan(2);
  });

  it('is null without rows', () => {
    for (const f of [psi, psiZeroEpsilon, psiFloorEpsilon, psiLaplace, psiDebiased]) {
      expect(f([0, 0], [1, 1])).toBeNull();
      expect(f([1, 1], [0, 0])).toBeNull();
    }
  });

  it('less its expectation under no drift is below the smoothed one by (B − 1)/n_eff, φ times', () => {
    const [r, c] = [
      [100, 100, 100],
      [9, 11, 10],
    ];
    const noise = 2 / ((300 * 30) / 330);
    expect(psiDebiased(r, c)).toBeCloseTo(psiLaplace(r, c)! - noise, 12);
    expect(psiDebiased(r, c, 3)).toBeCloseTo(psiLaplace(r, c)! - 3 * noise, 12);
  });

  it('refuses histograms over different bins', () => {
    expect(() => psi([1, 2], [1, 2, 3])).toThrow(
      'current: has 3 bins where baseline has 2; both need the same bins',
    );
    expect(() => psiLaplace([1], [1], 0)).toThrow('a: is a finite number > 0, got 0');
  });
});
