import { describe, expect, it } from 'vitest';
import { FLAPPING_PERIOD_MS, isFlapping } from './flapping.js';

const MINUTE = 60_000;
const every = (minutes: number, count: number) =>
  Array.from({ length: count }, (_, i) => i * minutes * MINUTE);

describe('flapping', () => {
  it('is six changes within an hour', () => {
    expect(isFlapping(every(5, 5), 20 * MINUTE)).toBe(false);
    expect(isFlapping(every(5, 6), 25 * MINUTE)).toBe(true);
    expect(isFlapping(every(15, 12), 165 * MINUTE)).toBe(false);
  });
  it('goes on until at most two changes are left in the last hour', () => {
    const changes = every(5, 6);
    expect(isFlapping(changes, 15 * MINUTE - 1 + FLAPPING_PERIOD_MS)).toBe(true);
    expect(isFlapping(changes, 15 * MINUTE + FLAPPING_PERIOD_MS)).toBe(false);
  });
});
