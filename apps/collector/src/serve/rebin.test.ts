import type { Baseline, BaselineSignal } from '@leeway/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rebin } from './rebin.js';

function numeric(edges: number[], min: number, max: number, counts: number[]): BaselineSignal {
  return {
    signal: 'x',
    kind: 'numeric',
    edges,
    min,
    max,
    categories: [],
    counts,
  } as unknown as BaselineSignal;
}
function categorical(categories: string[], counts: number[]): BaselineSignal {
  return {
    signal: 'x',
    kind: 'categorical',
    edges: [],
    min: null,
    max: null,
    categories,
    counts,
  } as unknown as BaselineSignal;
}
function baseline(id: string, signal: BaselineSignal): Baseline {
  return { id, signals: [signal] } as unknown as Baseline;
}
function moved(from: BaselineSignal, to: BaselineSignal): readonly number[] | undefined {
  return rebin(baseline('a', from), baseline('b', to)).get('x');
}

describe("one baseline's counts on another's bins", () => {
  it('are unchanged for the same baseline', () => {
    const signal = numeric([1], 0, 2, [1, 0, 4, 6, 0]);
    const one = baseline('a', signal);
    expect(rebin(one, one).get('x')).toBe(signal.counts);
  });

  it('split evenly inside a bin, and past the range', () => {
    const from = numeric([10], 0, 20, [3, 0, 100, 100, 0]);
    const to = numeric([5], 0, 15, [0, 0, 0, 0, 0]);
    expect(moved(from, to)).toEqual([3, 0, 50, 100, 50]);
  });

  it('keep a constant in one place', () => {
    const from = numeric([], 7, 7, [0, 0, 40, 0]);
    expect(moved(from, numeric([7], 0, 10, [0, 0, 0, 0, 0]))).toEqual([0, 0, 0, 40, 0]);
    expect(moved(from, numeric([3], 0, 7, [0, 0, 0, 0, 0]))).toEqual([0, 0, 0, 40, 0]);
  });

  it('leave a value that repeats where it is', () => {
    // 700 zeros and 300 values up to 30: the first bin begins with the zeros.
    const from = numeric([10, 20], 0, 30, [0, 0, 800, 100, 100, 0]);
    const to = numeric([1, 15], 0, 30, [0, 0, 0, 0, 0, 0]);
    expect(moved(from, to)).toEqual([0, 0, 710, 140, 150, 0]);
  });

  it('move categories by name; what the other never saw is unseen', () => {
    const from = categorical(['red', 'blue'], [1, 20, 30, 4, 5]);
    expect(moved(from, categorical(['blue', 'green'], [0, 0, 0, 0, 0]))).toEqual([1, 30, 0, 4, 25]);
  });

  it('leave out a signal of another kind', () => {
    expect(moved(numeric([], 0, 1, [0, 0, 1, 0]), categorical(['a'], [0, 0, 0, 0]))).toBeUndefined();
  });

  it('lose no row', () => {
    const edges = fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 12 })
      .map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(
        edges,
        edges,
        fc.integer({ min: -50, max: 0 }),
        fc.integer({ min: 100, max: 150 }),
        (a, b, min, max) => {
          const counts = Array.from({ length: a.length + 4 }, (_, i) => i + 1);
          const result = moved(
            numeric(a, 0, 100, counts),
            numeric(b, min, max, new Array<number>(b.length + 4).fill(0)),
          )!;
          const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);
          expect(sum(result)).toBeCloseTo(sum(counts), 6);
        },
      ),
    );
  });
});
