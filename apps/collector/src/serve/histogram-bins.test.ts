import type { SignalBins } from '@leeway/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binnedQuantile } from './binned-quantile.js';
import { distributionOverTime } from './distribution.js';
import { coarseHistogram, fineBins } from './histogram-bins.js';

const numbers: SignalBins = {
  signal: 'x',
  kind: 'numeric',
  role: 'feature',
  edges: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  min: 0,
  max: 10,
  categories: [],
};
const colors: SignalBins = {
  ...numbers,
  signal: 'color',
  kind: 'categorical',
  edges: [],
  min: null,
  max: null,
  categories: ['red', 'blue', 'rare'],
};

describe('stored bins for people', () => {
  it('have bounds where they are ranges and a side where they are not', () => {
    const fine = fineBins(numbers, [1, 0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 2], new Array<number>(13).fill(1));
    expect(fine).toHaveLength(13);
    expect(fine[0]).toMatchObject({ side: 'missing', from: null, to: null, baseline: 1, current: 1 });
    expect(fine[1]).toMatchObject({ side: 'below' });
    expect(fine[2]).toMatchObject({ side: null, from: 0, to: 1 });
    expect(fine[11]).toMatchObject({ side: null, from: 9, to: 10 });
    expect(fine[12]).toMatchObject({ side: 'above', baseline: 2 });
  });
});

describe('regions of an embedding', () => {
  const embedding = {
    dimensions: 1,
    centroids: [[0], [1], [2], [3]],
    usual: [1, 1, 1, 1],
    farthest: [2, 2, 2, 2],
  };
  const vectors: SignalBins = {
    ...numbers,
    kind: 'embedding',
    edges: [0.5, 1, 1.5, 2, 2.5, 3, 3.5],
    max: 4,
    embedding,
  };
  const counts = [1, 0, 9, 9, 9, 9, 9, 9, 9, 9, 2];

  it('have names and no bounds, apart and merged', () => {
    const fine = fineBins(vectors, counts, counts);
    expect(fine[2]).toMatchObject({ label: 'region 1, near', from: null, to: null, side: null });
    expect(fine[9]).toMatchObject({ label: 'region 4, far' });
    const coarse = coarseHistogram(vectors, counts, counts, 4);
    expect(coarse.map((bin) => bin.label)).toEqual([
      'region 1',
      'region 2',
      'region 3',
      'region 4',
      'missing',
      'below',
      'farther out than any in the baseline',
    ]);
    expect(coarse.reduce((all, bin) => all + bin.baseline, 0)).toBe(75);
  });

  it('are drawn over time as shares of each region', () => {
    const signal = { ...vectors, counts, rows: 75, mean: null, std: null, quantiles: null, phi: 1 };
    const drawn = distributionOverTime(
      { ...signal, importance: null, seasonal: null },
      [{ t: 0, counts }],
      1,
    );
    expect(drawn.labels).toHaveLength(6);
    expect(drawn.buckets[0]).toMatchObject({ n: 75, quantiles: null });
    expect(drawn.buckets[0]!.shares!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    expect(drawn.baseline_quantiles).toBeNull();
  });
});

describe('coarse bins for people', () => {
  it('merge neighbours to about the wanted number and keep side bins apart', () => {
    const counts = [3, 1, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 4];
    const bins = coarseHistogram(numbers, counts, counts, 5);
    const regular = bins.filter((bin) => bin.side === null);
    expect(regular.length).toBeGreaterThanOrEqual(4);
    expect(regular.length).toBeLessThanOrEqual(6);
    expect(regular[0]!.from).toBe(0);
    expect(regular.at(-1)!.to).toBe(10);
    for (let i = 1; i < regular.length; i++) expect(regular[i]!.from).toBe(regular[i - 1]!.to);
    expect(bins.slice(regular.length).map((bin) => bin.side)).toEqual(['missing', 'below', 'above']);
  });

  it('put rare categories into other', () => {
    const bins = coarseHistogram(colors, [0, 600, 399, 1, 5, 0], [0, 1, 2, 3, 4, 5], 10);
    expect(bins.map(({ label, current }) => [label, current])).toEqual([
      ['red', 1],
      ['blue', 2],
      ['missing', 0],
      ['other', 7],
      ['unseen', 5],
    ]);
  });

  it('lose no row, whatever the counts', () => {
    const counts = fc.array(fc.nat(1_000), { minLength: 13, maxLength: 13 });
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 2, max: 30 }), (baseline, current, wanted) => {
        const bins = coarseHistogram(numbers, baseline, current, wanted);
        const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
        expect(sum(bins.map((bin) => bin.baseline))).toBe(sum(baseline));
        expect(sum(bins.map((bin) => bin.current))).toBe(sum(current));
      }),
    );
  });
});

describe('a quantile of binned values', () => {
  const even = [7, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 0];
  it.each([
    [0.5, 5],
    [0.05, 0.5],
    [0.95, 9.5],
    [1, 10],
    [0, 0],
  ])('%f of even counts on 0..10 is %f; missing rows do not count', (q, value) => {
    expect(binnedQuantile(numbers, even, q)).toBeCloseTo(value, 9);
  });
  it('reads rows outside of the range as its ends', () => {
    expect(binnedQuantile(numbers, [0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10], 0.25)).toBe(0);
    expect(binnedQuantile(numbers, [0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10], 0.75)).toBe(10);
  });
  it('is null without rows', () => {
    expect(binnedQuantile(numbers, new Array<number>(13).fill(0), 0.5)).toBeNull();
  });
});
