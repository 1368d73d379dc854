import { describe, expect, it } from 'vitest';
import {
  LATENCY_LAST_BIN,
  latencyBin,
  latencyQuantile,
  latencyTotal,
  latencyValue,
  mergeLatencies,
} from './latency-histogram.js';
import { latencyQuantileInterval } from './quantile-interval.js';
import { quantileOfSorted } from './quantiles.js';
import { uniforms } from './testing.js';

function histogram(values: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const ms of values) counts.set(latencyBin(ms), (counts.get(latencyBin(ms)) ?? 0) + 1);
  return counts;
}

describe('latency bins', () => {
  it('read back within 1 % from a microsecond to eleven days', () => {
    for (let ms = 0.00101; ms < 9.5e8; ms *= 1.003) {
      expect(Math.abs(latencyValue(latencyBin(ms)) / ms - 1), `${ms} ms`).toBeLessThanOrEqual(0.01 + 1e-9);
    }
  });

  it('end in a first and a last bin', () => {
    expect([0, 1e-9, 0.001].map(latencyBin)).toEqual([0, 0, 0]);
    expect([1e12, Infinity].map(latencyBin)).toEqual([LATENCY_LAST_BIN, LATENCY_LAST_BIN]);
    expect(latencyValue(LATENCY_LAST_BIN)).toBeGreaterThan(11 * 86_400_000);
  });

  it('refuse negative latencies and NaN', () => {
    expect(() => latencyBin(-1)).toThrow('latency: is a number of milliseconds ≥ 0, got -1');
    expect(() => latencyBin(Number.NaN)).toThrow('latency');
    expect(() => latencyValue(1.5)).toThrow('bin: is a whole number');
  });
});

describe('latency quantiles', () => {
  const values = Float64Array.from(uniforms(5000, 4), (u) => 5 * Math.exp(4 * u)).sort();

  it('are within 1 % of the exact ones, for any merge', () => {
    const halves = [values.filter((_, i) => i % 2 === 0), values.filter((_, i) => i % 2 === 1)].map(
      histogram,
    );
    const merged = mergeLatencies(halves);
    expect(latencyTotal(merged)).toBe(5000);
    for (const q of [0, 0.5, 0.95, 0.99, 1]) {
      const exact = quantileOfSorted(values, q, 1);
      expect(Math.abs(latencyQuantile(merged, q)! / exact - 1)).toBeLessThanOrEqual(0.0101);
    }
  });

  it('read dense arrays, pairs and maps alike', () => {
    const dense = new Array<number>(500).fill(0);
    dense[400] = 3;
    expect(latencyQuantile(dense, 0.5)).toBe(latencyValue(400));
    expect(latencyQuantile([[400, 3]], 0.5)).toBe(latencyValue(400));
    expect(latencyQuantile(new Map([[400, 3]]), 0.5)).toBe(latencyValue(400));
    expect(latencyQuantile(new Map(), 0.5)).toBeNull();
  });

  it('carry an interval, open where too few rows leave it so', () => {
    const interval = latencyQuantileInterval(histogram(values), 0.95, 0.05)!;
    const exact = quantileOfSorted(values, 0.95, 1);
    expect(interval.low! / 1.01).toBeLessThan(exact);
    expect(interval.high! * 1.01).toBeGreaterThan(exact);
    expect(latencyQuantileInterval(histogram([1, 2, 3]), 0.95, 0.05)!.high).toBeNull();
    expect(latencyQuantileInterval(new Map(), 0.95, 0.05)).toBeNull();
  });
});
