import type { BaselineSignal } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { alignTo, axisOf, columnsOf, drawSignal, guess } from './prepare';

const numeric = (over: Partial<BaselineSignal>): BaselineSignal => ({
  signal: 'x',
  kind: 'numeric',
  role: 'feature',
  edges: [10, 20],
  min: 0,
  max: 30,
  categories: [],
  counts: [10, 0, 30, 30, 30, 0],
  rows: 100,
  mean: 15,
  std: 5,
  quantiles: [0, 1, 7, 15, 22, 29, 30],
  phi: 1,
  importance: null,
  seasonal: null,
  ...over,
});

describe('a baseline’s distribution as bars', () => {
  it('is flat where the rows are spread evenly, and tells what is missing', () => {
    const { bars, missing } = drawSignal(numeric({}), String);
    expect(missing).toBe(0.1);
    for (const bar of bars) expect(bar.share).toBeCloseTo(0.9 / 36, 6);
  });

  it('keeps a constant signal visible', () => {
    const { bars } = drawSignal(
      numeric({ edges: [], min: 5, max: 5, quantiles: [5, 5, 5, 5, 5, 5, 5], counts: [10, 0, 90, 0] }),
      String,
    );
    expect(Math.max(...bars.map(({ share }) => share))).toBe(0.9);
  });

  it('can share an axis with another baseline', () => {
    const { bars } = drawSignal(numeric({}), String, [0, 60]);
    expect(bars.slice(20).every(({ share }) => share === 0)).toBe(true);
    expect(axisOf(numeric({}))).toEqual([0, 30]);
  });

  it('draws the most frequent categories only', () => {
    const categories = Array.from({ length: 40 }, (_, i) => `c${i}`);
    const { bars } = drawSignal(
      numeric({
        kind: 'categorical',
        min: null,
        max: null,
        edges: [],
        quantiles: null,
        categories,
        counts: [0, ...categories.map(() => 1), 2, 0],
      }),
      String,
    );
    expect(bars).toHaveLength(16);
    expect(bars[0]).toMatchObject({ label: 'c0', share: 1 / 100 });
  });
});

it('two categorical signals are drawn on the first one’s categories', () => {
  const one = (categories: string[], counts: number[]) =>
    numeric({ kind: 'categorical', min: null, max: null, edges: [], quantiles: null, categories, counts });
  const aligned = alignTo(
    one(['AA', 'DL'], [0, 60, 40, 0, 0]),
    one(['DL', 'XX', 'AA'], [5, 50, 30, 10, 5, 0]),
  );
  expect(aligned.categories).toEqual(['AA', 'DL']);
  expect(aligned.counts).toEqual([5, 10, 50, 35, 0]);
});

describe('the columns of a file', () => {
  it('come from a CSV’s first line, quotes and byte order mark included', () => {
    expect(columnsOf('a.csv', '\uFEFFts,"a ""b"", c",y_pred\r\n1,2,3')).toEqual(['ts', 'a "b", c', 'y_pred']);
  });

  it('come from the first object of NDJSON', () => {
    expect(columnsOf('a.ndjson', '{"ts":1,"x":2}\n{')).toEqual(['ts', 'x']);
    expect(columnsOf('a.jsonl', '[1]')).toBeNull();
  });

  it('are not known of Parquet', () => {
    expect(columnsOf('a.parquet', 'PAR1')).toBeNull();
  });

  it('are matched with the parts they usually play', () => {
    expect(guess(['Date', 'x'], 'timestamp')).toBe('Date');
    expect(guess(['x'], 'label')).toBe('');
  });
});
