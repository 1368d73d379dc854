import { ksOfSorted, quantileOfSorted } from '@leeway/stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileNumbers } from '../signal-profile.js';
import { pairNumbers } from './number-pair.js';

const none = { missing: 0, negativeInfinity: 0, positiveInfinity: 0 };
const column = (values: readonly number[]) => Float64Array.from(values);

/** The same figures by sorting everything. */
function bySorting(a: readonly number[], b: readonly number[]) {
  const x = Float64Array.from(a, plainZero).sort();
  const y = Float64Array.from(b, plainZero).sort();
  const name = { signal: 'x', column: 'x', kind: 'numeric' as const, role: 'feature' as const };
  const profile = profileNumbers(a.length, name, { finite: x, ...none })!;
  const current = new Array<number>(profile.counts.length).fill(0);
  for (const value of y) {
    if (value < profile.min!) current[1]!++;
    else if (value > profile.max!) current[current.length - 1]!++;
    else current[2 + profile.edges.filter((edge) => edge <= value).length]!++;
  }
  return {
    bins: { edges: profile.edges, min: profile.min, max: profile.max },
    baseline: profile.counts,
    current,
    ks: b.length === 0 ? null : ksOfSorted(x, y),
    medians: {
      baseline: quantileOfSorted(x, 0.5),
      current: b.length === 0 ? null : quantileOfSorted(y, 0.5),
    },
  };
}

function plainZero(x: number): number {
  return x === 0 ? 0 : x;
}

function generator(seed: number) {
  let x = seed;
  return () => {
    x = (48_271 * x) % 2_147_483_647;
    return x / 2_147_483_647;
  };
}

const SHAPES: Record<string, (u: () => number) => number> = {
  normal: (u) => Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u()),
  'long-tailed': (u) => 1 / u() ** 3,
  'mostly zero': (u) => (u() < 0.7 ? 0 : u() - 0.5),
  whole: (u) => Math.floor(u() * 40),
  'crowded together': (u) => 1.7e9 + u() * 1e-3,
  'of all sizes': (u) => (u() - 0.5) * 10 ** (600 * u() - 300),
  tiny: (u) => (u() - 0.5) * 5e-320,
  constant: () => 7,
  'as large as numbers go': (u) => (u() - 0.5) * 2 * Number.MAX_VALUE,
};

describe('pairNumbers', () => {
  for (const [name, draw] of Object.entries(SHAPES))
    for (const [n, m, shift] of [
      [30_000, 20_000, 0],
      [30_000, 20_000, 0.3],
      [700, 30_000, 0],
      [3, 5, 0],
    ] as const)
      it(`gives what sorting gives: ${name}, ${n} and ${m} values, moved by ${shift}`, () => {
        const u = generator(n + m);
        const a = Array.from({ length: n }, () => draw(u));
        const b = Array.from({ length: m }, () => draw(u) + shift);
        expect(pairNumbers(column(a), column(b))).toEqual(bySorting(a, b));
      });

  it('gives what sorting gives for any numbers', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -Number.MAX_VALUE }),
      fc.constantFrom(0, -0, 1, -1, 5e-324),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 80 }),
        fc.array(value, { maxLength: 80 }),
        (a, b) => {
          expect(pairNumbers(column(a), column(b))).toEqual(bySorting(a, b));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps what is no finite number apart', () => {
    const found = pairNumbers(
      column([1, Number.NaN, 2, -Infinity]),
      column([0, Number.NaN, 1.5, Number.NaN, 9, -Infinity, Infinity, Infinity]),
    )!;
    expect(found.baseline.slice(0, 2)).toEqual([1, 1]);
    expect(found.current.slice(0, 2)).toEqual([2, 2]);
    expect(found.current.at(-1)).toBe(3);
    expect(pairNumbers(column([]), column([1]))).toBeNull();
    expect(pairNumbers(column([1]), column([]))!.ks).toBeNull();
  });
});
