import { describe, expect, it } from 'vitest';
import { DEFAULT_SEQUENTIAL_OPTIONS } from './sequential.js';
import { sequentialThreshold } from './sequential-threshold.js';

describe('the threshold for a budget of false alarms', () => {
  it('is the default for the month it was calibrated on', () => {
    expect(sequentialThreshold(50, 720, 0.16)).toBeCloseTo(DEFAULT_SEQUENTIAL_OPTIONS.threshold, 1);
  });

  it('rises with signals and windows, falls with the budget, and never below 1', () => {
    expect(sequentialThreshold(500, 720, 0.16)).toBeCloseTo(sequentialThreshold(50, 720, 0.016), 10);
    expect(sequentialThreshold(50, 30, 0.16)).toBeLessThan(sequentialThreshold(50, 720, 0.16));
    expect(sequentialThreshold(1, 1, 100)).toBe(1);
    expect(() => sequentialThreshold(0, 1, 1)).toThrow('signals: is a finite number above 0, got 0');
  });
});
