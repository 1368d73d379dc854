import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRange, type LateRanges, parseRanges } from './late-ranges.js';

const range = fc
  .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 300 }))
  .map(([from, length]) => ({ from, to: from + length }));

describe('ranges of late events', () => {
  it('join where they touch and stay sorted', () => {
    let ranges: LateRanges = [];
    for (const [from, to] of [
      [10, 20],
      [40, 50],
      [20, 30],
      [0, 5],
      [45, 60],
    ] as const)
      ranges = addRange(ranges, { from, to });
    expect(ranges).toEqual([
      { from: 0, to: 5 },
      { from: 10, to: 30 },
      { from: 40, to: 60 },
    ]);
  });

  it('ignore an empty range', () => {
    expect(addRange([], { from: 5, to: 5 })).toEqual([]);
  });

  it('never forget a moment, never touch, and never grow past their bound', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 200 }), (given) => {
        const ranges = given.reduce<LateRanges>((sum, one) => addRange(sum, one), []);
        for (const one of given)
          expect(ranges.some((kept) => kept.from <= one.from && one.to <= kept.to)).toBe(true);
        for (let i = 1; i < ranges.length; i++) expect(ranges[i]!.from).toBeGreaterThan(ranges[i - 1]!.to);
        expect(ranges.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('survive being written and read', () => {
    const ranges = [
      { from: 1, to: 2 },
      { from: 5, to: 9 },
    ];
    expect(parseRanges(JSON.stringify(ranges))).toEqual(ranges);
  });

  it.each([undefined, '', '{', '{"from":1}', '[{"from":"a","to":2},null]'])('reads %s as none', (text) => {
    expect(parseRanges(text)).toEqual([]);
  });
});
