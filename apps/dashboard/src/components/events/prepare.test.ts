import type { BaselineSignal, StoredEvent } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { featureNames, fitCounts, fitOf, predictionText, rangeText, signalOf, valueText } from './prepare';

const numeric: BaselineSignal = {
  signal: 'distance',
  kind: 'numeric',
  role: 'feature',
  edges: [500],
  min: 31,
  max: 4962,
  categories: [],
  counts: [0, 0, 5, 5, 0],
  rows: 10,
  mean: 700,
  std: 500,
  quantiles: [67, 120, 318, 575, 970, 2100, 2586],
  phi: 1,
  importance: null,
  seasonal: null,
};
const categorical: BaselineSignal = {
  ...numeric,
  signal: 'carrier',
  kind: 'categorical',
  min: null,
  max: null,
  quantiles: null,
  categories: ['AA', 'DL'],
  tail: ['HA'],
};
const event = (features: StoredEvent['features']) => ({ features }) as StoredEvent;

describe('a value beside the baseline', () => {
  it.each([
    [500, 'inside'],
    [2500, 'tail'],
    [8000, 'above'],
    [-1, 'below'],
    [null, 'missing'],
    [Number.NaN, 'missing'],
    ['text', 'unknown'],
  ] as const)('%s is %s', (value, fit) => {
    expect(fitOf(value, numeric).fit).toBe(fit);
  });

  it.each([
    ['AA', 'inside'],
    ['HA', 'other'],
    ['<b>XX</b>', 'unseen'],
  ] as const)('category %s is %s', (value, fit) => {
    expect(fitOf(value, categorical).fit).toBe(fit);
  });

  it('stays on the axis however far away it is', () => {
    expect(fitOf(1e300, numeric).at).toBe(1);
    expect(fitOf(-1e300, numeric).at).toBe(0);
  });

  it('says nothing without a baseline', () => {
    expect(fitOf(1, null)).toEqual({ fit: 'unknown', at: null });
  });

  it('is counted over a page', () => {
    const counts = fitCounts(
      [event({ distance: 8000 }), event({}), event({ distance: 9000 })],
      'distance',
      numeric,
    );
    expect(Object.fromEntries(counts)).toEqual({ above: 2, missing: 1 });
  });
});

it('a baseline’s range is one line', () => {
  expect(rangeText(numeric)).toContain('31 – 4,962');
  expect(rangeText(categorical)).toBe('AA, DL');
});

it('NaN is missing, as a number and as text, unless the baseline knows it as a category', () => {
  expect(fitOf(Number.NaN, numeric).fit).toBe('missing');
  expect(fitOf('NaN', numeric).fit).toBe('missing');
  expect(fitOf('NaN', { ...numeric, min: null, max: null, categories: ['NaN'] }).fit).toBe('inside');
});

it('a feature whose own name starts with @ is found under its doubled name', () => {
  expect(signalOf([{ ...numeric, signal: '@@x' }], '@x')).not.toBeNull();
  expect(signalOf([{ ...numeric, signal: '@prediction' }], '@prediction')).toBeNull();
});

it('features are listed by how often they come', () => {
  expect(featureNames([event({ b: 1, a: 1 }), event({ b: 2 })])).toEqual(['b', 'a']);
});

it('values are text, however odd', () => {
  expect(valueText(0.1 + 0.2)).toBe('0.3');
  expect(valueText([1, 2, 3, 4])).toBe('[1, 2, 3, … 4]');
  expect(valueText(undefined)).toBe('missing');
  expect(valueText('NaN')).toBe('missing');
  expect(valueText(Number.NaN)).toBe('missing');
  expect(valueText('NaNcy')).toBe('NaNcy');
  expect(predictionText({ late: 0.7, early: 0.1, fine: 0.2 })).toBe('late 0.7, fine 0.2');
});
