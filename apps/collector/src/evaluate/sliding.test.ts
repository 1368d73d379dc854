import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingSum } from './sliding.js';

describe('sums of a sliding window', () => {
  it('equal adding up its buckets, wherever it moves', () => {
    const bucket = fc.array(fc.nat(100), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(fc.option(bucket, { nil: null }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 12 }),
        (list, width, step) => {
          const buckets = new Map(
            list.flatMap((counts, i) => (counts ? [[i * 10, new Map([['x', counts]])] as const] : [])),
          );
          const sliding = new SlidingSum(buckets, 10, 0);
          for (let start = 0; start + width <= list.length; start += step) {
            const sums = sliding.moveTo(start * 10, (start + width) * 10);
            const wanted = [0, 0, 0];
            for (const counts of list.slice(start, start + width))
              counts?.forEach((count, i) => {
                wanted[i] = wanted[i]! + count;
              });
            expect(sums.get('x') ?? [0, 0, 0]).toEqual(wanted);
          }
        },
      ),
    );
  });
});
