import { describe, expect, it } from 'vitest';
import {
  type BinSpec,
  binCount,
  binLabels,
  compileCategoricalBinner,
  compileNumericBinner,
  formatNumber,
  missingCount,
  numericBinIndex,
  outOfRangeCount,
  regularCounts,
  unseenCount,
} from './bins.js';
import { categoricalSpec } from './testing.js';

const spec: BinSpec = { kind: 'numeric', edges: [10, 20], min: 5, max: 30, categories: [] };

describe('numeric bins', () => {
  it('hold their lower edge and not their upper one, the range included at both ends', () => {
    const places = [5, 9.99, 10, 19.99, 20, 30].map((x) => numericBinIndex(spec, x));
    expect(places).toEqual([2, 2, 3, 3, 4, 4]);
    expect(binCount(spec)).toBe(6);
  });

  it('send nulls and NaN to missing, and what lies outside the range to the outer bins', () => {
    const binner = compileNumericBinner(spec);
    expect([null, undefined, Number.NaN].map(binner)).toEqual([0, 0, 0]);
    expect([4.99, -Infinity].map(binner)).toEqual([1, 1]);
    expect([30.01, Infinity].map(binner)).toEqual([5, 5]);
  });

  it('take −0 for 0 and tell the smallest denormal from it', () => {
    const tiny: BinSpec = { kind: 'numeric', edges: [5e-324], min: 0, max: 1, categories: [] };
    const binner = compileNumericBinner(tiny);
    expect([-0, 0, 5e-324].map(binner)).toEqual([2, 2, 3]);
  });

  it('put every finite value into the one regular bin when the baseline had none', () => {
    const binner = compileNumericBinner({ ...spec, edges: [], min: null, max: null });
    expect([0, -1e308, Infinity, null].map(binner)).toEqual([2, 2, 3, 0]);
  });

  it('refuse edges that do not ascend', () => {
    expect(() => compileNumericBinner({ ...spec, edges: [2, 2] })).toThrow(
      'edges: ascend strictly, got 2 before 2',
    );
    expect(() => compileNumericBinner({ ...spec, edges: [Number.NaN] })).toThrow('edges: are finite');
  });

  it('name every position', () => {
    expect(binLabels(spec)).toEqual(['missing', 'below 5', '[5, 10)', '[10, 20)', '[20, 30]', 'above 30']);
  });

  it('add up to shares of missing and out-of-range rows', () => {
    const counts = [3, 1, 10, 20, 30, 4];
    expect(missingCount(counts)).toBe(3);
    expect(outOfRangeCount(spec, counts)).toBe(5);
    expect(unseenCount(spec, counts)).toBe(0);
    expect(regularCounts(spec, counts)).toEqual([10, 20, 30]);
  });
});

describe('categorical bins', () => {
  const cities = categoricalSpec(['Rome', 'Oslo'], ['Bern']);

  it('keep names, tail, unseen names and missing apart', () => {
    const binner = compileCategoricalBinner(cities);
    expect(['Rome', 'Oslo', 'Bern', 'Paris', null, undefined].map(binner)).toEqual([1, 2, 3, 4, 0, 0]);
    expect(binLabels(cities)).toEqual(['missing', 'Rome', 'Oslo', 'other', 'unseen']);
    expect(unseenCount(cities, [0, 1, 1, 1, 7])).toBe(7);
  });

  it('read booleans as true and false', () => {
    const binner = compileCategoricalBinner({ ...cities, kind: 'boolean', categories: ['false', 'true'] });
    expect([true, false, 'true'].map(binner)).toEqual([2, 1, 2]);
  });

  it('are not fooled by names of object members', () => {
    const binner = compileCategoricalBinner(categoricalSpec(['__proto__']));
    expect([binner('__proto__'), binner('constructor')]).toEqual([1, 3]);
  });

  it('refuse a category named twice', () => {
    expect(() => compileCategoricalBinner(categoricalSpec(['a', 'a']))).toThrow(
      'categories: name each category once',
    );
  });
});

describe('numbers for people', () => {
  it('are short, with thousands apart', () => {
    expect([0, 0.12345, 12.3456, 1234.56, 1e15, 1e-9, -1160].map(formatNumber)).toEqual([
      '0',
      '0.1235',
      '12.35',
      '1,235',
      '1.00e+15',
      '1.00e-9',
      '-1,160',
    ]);
  });
});
