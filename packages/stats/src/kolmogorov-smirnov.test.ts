import { describe, expect, it } from 'vitest';
import { ksExactP, ksStatistic, ksStephensP } from './kolmogorov-smirnov.js';
import { ksBracket } from './kolmogorov-smirnov-binned.js';
import { countNumbers, normals, numericSpec, uniforms } from './testing.js';

/** All ways to choose which of the pooled values are the first sample's, tried one by one. */
function bruteForce(a: number[], b: number[]): number {
  const pooled = [...a, ...b];
  const d = ksStatistic(a, b)!;
  let all = 0;
  let atLeast = 0;
  for (let mask = 0; mask < 2 ** pooled.length; mask++) {
    const first = pooled.filter((_, i) => (mask >> i) & 1);
    if (first.length !== a.length) continue;
    all++;
    const second = pooled.filter((_, i) => !((mask >> i) & 1));
    if (ksStatistic(first, second)! >= d - 1e-12) atLeast++;
  }
  return atLeast / all;
}

describe('the exact KS p-value', () => {
  it('counts what trying all relabelings counts, ties and all', () => {
    for (const [a, b] of [
      [
        [1, 2, 3],
        [2.5, 4, 5, 6],
      ],
      [
        [0, 0, 1, 1, 2],
        [1, 2, 2, 3],
      ],
      [
        [1, 1, 1],
        [1, 1, 2],
      ],
      [[5], [1, 2, 3, 4]],
    ] as const) {
      expect(ksExactP([...a], [...b])).toBeCloseTo(bruteForce([...a], [...b]), 12);
    }
  });

  it('keeps the digits of a tiny p', () => {
    expect(
      ksExactP(
        uniforms(30, 1),
        Array.from(uniforms(30, 2), (u) => u + 2),
      ),
    ).toBeCloseTo(1.69e-17, 19);
  });

  it('is what Stephens’ correction comes near to', () => {
    const [a, b] = [normals(80, 1), normals(60, 2, 0.4)];
    const exact = ksExactP(a, b)!;
    expect(Math.abs(ksStephensP(ksStatistic(a, b)!, 80, 60) / exact - 1)).toBeLessThan(0.2);
  });

  it('is not tried on samples too large, nor on none', () => {
    expect(ksExactP(uniforms(4000, 1), uniforms(4000, 2))).toBeNull();
    expect(ksExactP([], [1])).toBeNull();
    expect(ksStatistic([Number.NaN, null], [1])).toBeNull();
  });
});

describe('the KS bracket', () => {
  it('holds the exact statistic, within the share of one bin', () => {
    const base = normals(5000, 3);
    const spec = numericSpec(base);
    for (let seed = 1; seed <= 20; seed++) {
      const current = normals(100 * seed, seed, seed / 40, 1 + seed / 50);
      const counts = [countNumbers(spec, base), countNumbers(spec, current)] as const;
      const { low, high } = ksBracket(counts[0].slice(1), counts[1].slice(1))!;
      const exact = ksStatistic(base, current)!;
      expect(low).toBeLessThanOrEqual(exact + 1e-12);
      expect(high).toBeGreaterThanOrEqual(exact - 1e-12);
      const share = Math.max(...counts[0].map((c) => c / 5000), ...counts[1].map((c) => c / current.length));
      expect(high - low).toBeLessThanOrEqual(share + 1e-12);
    }
  });
});
