import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquareTest } from './chi-square-test.js';
import { gTest } from './g-test.js';
import { hellinger } from './hellinger.js';
import { jsDistance, jsDistanceBase2, jsDivergence, jsDivergenceBase2 } from './jensen-shannon.js';
import { ksBracket } from './kolmogorov-smirnov-binned.js';
import { largestDifference } from './l-infinity.js';
import { psiLaplace } from './psi.js';
import { totalVariation } from './total-variation.js';

const bounded = { jsDivergenceBase2, jsDistanceBase2, hellinger, totalVariation, largestDifference };
const symmetric = { ...bounded, jsDivergence, jsDistance, psiLaplace };

/** Pairs of histograms over the same bins, rows on both sides. */
const pairs = fc
  .integer({ min: 1, max: 12 })
  .chain((bins) => {
    const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: bins, maxLength: bins });
    return fc.tuple(counts, counts);
  })
  .filter(([a, b]) => a.some((x) => x > 0) && b.some((x) => x > 0));

describe('distances of histograms', () => {
  it.each(Object.entries(symmetric))('%s is the same both ways, and 0 for equal histograms', (_, f) => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(f(a, b)).toBeCloseTo(f(b, a)!, 9);
        expect(f(a, a)).toBeCloseTo(0, 7);
      }),
    );
  });

  it.each(Object.entries(bounded))(
    '%s lies between 0 and 1, and is 1 for histograms without a bin in common',
    (_, f) => {
      fc.assert(
        fc.property(pairs, ([a, b]) => {
          const d = f(a, b)!;
          expect(d).toBeGreaterThanOrEqual(0);
          expect(d).toBeLessThanOrEqual(1 + 1e-12);
        }),
      );
      expect(f([7, 0], [0, 3])).toBeCloseTo(1, 12);
    },
  );

  it('are null without rows on a side', () => {
    for (const f of Object.values(symmetric)) expect(f([0, 0], [1, 2])).toBeNull();
    for (const f of [chiSquareTest, gTest, ksBracket]) expect(f([1, 2], [0, 0])).toBeNull();
  });

  it('refuse counts that are no counts', () => {
    for (const f of [...Object.values(symmetric), chiSquareTest, gTest, ksBracket]) {
      expect(() => f([1, -1], [1, 1])).toThrow('counts are 0 or from 1e-9 to 2^53, got -1 at position 1');
      expect(() => f([1], [1, 1])).toThrow('both need the same bins');
      expect(() => f([1, 1], [1, Number.NaN])).toThrow('counts are 0 or from 1e-9 to 2^53, got NaN');
    }
  });
});

describe('chi-square and G', () => {
  it('agree with each other on many rows, and with the textbook on a small table', () => {
    const test = chiSquareTest([30, 70], [45, 55])!;
    expect(test.statistic).toBeCloseTo(4.8, 10);
    expect(test.dof).toBe(1);
    expect(test.p).toBeCloseTo(0.028459737, 8);
    const many = [chiSquareTest([30000, 70000], [30300, 69700])!, gTest([30000, 70000], [30300, 69700])!];
    expect(many[0]!.statistic).toBeCloseTo(many[1]!.statistic, 3);
  });

  it('drop bins empty on both sides', () => {
    expect(chiSquareTest([10, 0, 20], [12, 0, 18])!.dof).toBe(1);
    expect(chiSquareTest([10], [12])).toEqual({ statistic: 0, dof: 0, p: 1 });
  });
});
