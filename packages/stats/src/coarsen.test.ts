import { describe, expect, it } from 'vitest';
import { total } from './bins.js';
import { coarsen } from './coarsen.js';
import { categoricalSpec, countNames, countNumbers, normals, numericSpec, uniforms } from './testing.js';

describe('coarse bins of numbers', () => {
  const values = normals(10_000, 1);
  const spec = numericSpec(values);
  const baseline = countNumbers(spec, values);

  it('are the baseline’s deciles when there are 120 fine ones', () => {
    const coarse = coarsen(spec, baseline, baseline, 10);
    expect(coarse.bins.map((bin) => bin.role)).toEqual([...Array(10).fill('regular'), 'missing']);
    for (const rows of coarse.baseline.slice(0, 10)) expect(Math.abs(rows - 1000)).toBeLessThan(5);
    expect(coarse.bounds[0]![0]).toBeNull();
    expect(coarse.bounds[9]![1]).toBeNull();
    expect(coarse.labels[9]).toMatch(/^≥ 1\.\d+$/);
  });

  it('keep every row, the outer ones in the end bins', () => {
    const current = countNumbers(spec, [-100, 100, 100, null, ...normals(50, 2)]);
    const coarse = coarsen(spec, baseline, current, 10);
    expect(total(coarse.current)).toBe(54);
    expect(coarse.current[9]).toBeGreaterThanOrEqual(2);
    expect(coarse.current[10]).toBe(1);
  });

  it('give values outside the range bins of their own where ties leave few bins', () => {
    const ratings = numericSpec([1, 1, 2, 2, 3]);
    const coarse = coarsen(
      ratings,
      countNumbers(ratings, [1, 1, 2, 2, 3]),
      countNumbers(ratings, [0, 7, 3]),
      10,
    );
    expect(coarse.bins.map((bin) => bin.role)).toEqual([
      'below',
      ...coarse.bins.slice(1, -2).map(() => 'regular'),
      'above',
      'missing',
    ]);
    expect(coarse.current[0]).toBe(1);
    expect(coarse.current.at(-2)).toBe(1);
    expect(coarse.labels[0]).toBe('below 1');
  });

  it('never leave a regular bin empty in the baseline, whatever number is wanted', () => {
    const skewed = Float64Array.from(uniforms(5000, 3), (u) => Math.floor(30 * u * u * u));
    const tied = numericSpec(skewed);
    const counts = countNumbers(tied, skewed);
    for (const bins of [1, 2, 3, 7, 10, 20, 50, 200]) {
      const coarse = coarsen(tied, counts, counts, bins);
      const regular = coarse.baseline.filter((_, i) => coarse.bins[i]!.role === 'regular');
      expect(Math.min(...regular), `${bins} bins`).toBeGreaterThan(0);
      expect(regular.length).toBeLessThanOrEqual(bins);
      expect(total(coarse.baseline)).toBe(5000);
    }
  });
});

describe('coarse bins of categories', () => {
  it('put rare ones with the tail, and keep unseen and missing apart', () => {
    const spec = categoricalSpec(['a', 'b', 'rare'], ['tail']);
    const baseline = countNames(spec, { a: 600, b: 397, rare: 2, tail: 1 });
    const coarse = coarsen(spec, baseline, countNames(spec, { a: 1, rare: 2, tail: 3, new: 4 }, 5), 10);
    expect(coarse.labels).toEqual(['a', 'b', 'other', 'unseen', 'missing']);
    expect(coarse.baseline).toEqual([600, 397, 3, 0, 0]);
    expect(coarse.current).toEqual([1, 0, 5, 4, 5]);
  });

  it('stop at fifty', () => {
    const names = Array.from({ length: 80 }, (_, i) => `c${i}`);
    const spec = categoricalSpec(names);
    const counts = countNames(spec, Object.fromEntries(names.map((name) => [name, 10])));
    const coarse = coarsen(spec, counts, counts, 10);
    expect(coarse.baseline.filter((rows) => rows === 10)).toHaveLength(50);
    expect(coarse.baseline[50]).toBe(300);
  });
});

describe('counts that do not fit', () => {
  const spec = numericSpec([1, 2, 3]);

  it('are refused by name', () => {
    const counts = countNumbers(spec, [1, 2, 3]);
    expect(() => coarsen(spec, counts.slice(1), counts.slice(1), 10)).toThrow(
      /baseline: has \d+ counts where its bins need \d+/,
    );
    expect(() => coarsen(spec, counts, counts.slice(1), 10)).toThrow(
      /current: has \d+ bins where baseline has \d+/,
    );
    expect(() =>
      coarsen(
        spec,
        counts,
        counts.map(() => -1),
        10,
      ),
    ).toThrow('current: counts are 0 or from 1e-9 to 2^53, got -1');
    expect(() => coarsen(spec, counts, counts, 0)).toThrow('bins: is a whole number ≥ 1, got 0');
  });
});
