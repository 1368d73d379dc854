import { describe, expect, it } from 'vitest';
import { andersonDarling } from './anderson-darling.js';
import { cramerVonMises } from './cramer-von-mises.js';
import { quantileOfSorted, quantiles } from './quantiles.js';
import { cleanSample, mean, populationStd } from './sample.js';
import { normals } from './testing.js';
import { wasserstein, wassersteinNormalised } from './wasserstein.js';

describe('cleaning a sample', () => {
  it('sorts the finite, counts the rest, and makes −0 a 0', () => {
    const clean = cleanSample([3, null, -0, undefined, Infinity, Number.NaN, -1, -Infinity]);
    expect(Array.from(clean.sorted)).toEqual([-1, 0, 3]);
    expect(Object.is(clean.sorted[1], 0)).toBe(true);
    expect([clean.missing, clean.infinite]).toEqual([3, 2]);
  });

  it('has no mean without values', () => {
    expect([mean([]), populationStd([])]).toEqual([null, null]);
  });
});

describe('Wasserstein distance', () => {
  it('of a shifted sample is the shift, in the unit of the values', () => {
    const a = normals(500, 1);
    expect(
      wasserstein(
        a,
        a.map((x) => x + 3),
      ),
    ).toBeCloseTo(3, 10);
    expect(
      wassersteinNormalised(
        a,
        a.map((x) => x + 3),
      ),
    ).toBeCloseTo(3 / populationStd(a)!, 10);
  });

  it('is null without values, its normalised form without spread', () => {
    expect(wasserstein([], [1])).toBeNull();
    expect(wassersteinNormalised([2, 2], [3])).toBeNull();
  });
});

describe('Cramér–von Mises and Anderson–Darling', () => {
  it('tell a shifted sample from a like one', () => {
    const [a, like, moved] = [normals(200, 1), normals(200, 2), normals(200, 3, 1)];
    expect(cramerVonMises(a, like)!.pAsymptotic).toBeGreaterThan(0.05);
    expect(cramerVonMises(a, moved)!.pAsymptotic).toBeLessThan(1e-6);
    expect(andersonDarling([a, like])).toBeLessThan(1.96);
    expect(andersonDarling([a, like, moved])).toBeGreaterThan(20);
  });

  it('say nothing of too little', () => {
    expect(cramerVonMises([1], [2, 3])).toBeNull();
    expect(
      andersonDarling([
        [1, 1],
        [1, 1],
      ]),
    ).toBeNull();
    expect(andersonDarling([[], [1, 2]])).toBeNull();
    expect(() => andersonDarling([[1, 2]])).toThrow('samples: needs at least two, got 1');
  });
});

describe('quantiles', () => {
  it('of type 1 are values of the sample, also where n·p is a rounding above a whole number', () => {
    const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);
    expect([0, 0.07, 0.29, 0.57, 1].map((p) => quantileOfSorted(hundred, p, 1))).toEqual([1, 7, 29, 57, 100]);
  });

  it('lie between neighbours that are further apart than the largest number', () => {
    const apart = [-1e308, 1e308];
    expect([0, 0.25, 0.5, 0.75, 1].map((p) => quantileOfSorted(apart, p))).toEqual([
      -1e308, -5e307, 0, 5e307, 1e308,
    ]);
  });

  it('are null without values and refuse what is no probability', () => {
    expect(quantiles([null], [0.5])).toBeNull();
    expect(() => quantiles([1], [1.1])).toThrow('probability: is a probability between 0 and 1, got 1.1');
    expect(() => quantileOfSorted([], 0.5)).toThrow('values: are empty');
  });
});
