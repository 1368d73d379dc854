import type { HistogramBin, HistogramPair } from '@leeway/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramModes, histogramTable, prepareHistogram } from './histogram';
import { layoutHistogram } from './histogram-layout';

function bin(
  from: number | null,
  to: number | null,
  baseline: number,
  current: number,
  side: HistogramBin['side'] = null,
): HistogramBin {
  return { label: side ?? '', from, to, side, baseline, current };
}

function pair(bins: HistogramBin[], more: Partial<HistogramPair> = {}): HistogramPair {
  return {
    signal: 'distance',
    kind: 'numeric',
    from: '2026-03-10T00:00:00Z',
    to: '2026-03-10T01:00:00Z',
    n_baseline: 0,
    n_current: 0,
    bins,
    fine: bins,
    verdict: null,
    ...more,
  };
}

const quarters = [bin(0, 100, 25, 10), bin(100, 200, 25, 10), bin(200, 300, 25, 30), bin(300, 400, 25, 40)];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('a histogram', () => {
  it('gives shares of each side, side bins apart and counted in', () => {
    const drawing = prepareHistogram(
      pair([bin(null, null, 10, 0, 'missing'), ...quarters, bin(null, null, 0, 10, 'above')]),
      'bin',
    );
    expect(drawing.bars).toHaveLength(4);
    expect(drawing.sides.map(({ side }) => side)).toEqual(['missing', 'above']);
    expect(drawing.sides[1]).toMatchObject({ baseline: 0, current: 0.1 });
    expect(sum(drawing.bars.map((bar) => bar.current)) + 0.1).toBeCloseTo(1);
  });

  it('spreads bins of unequal width evenly over the value axis', () => {
    const wide = [bin(0, 10, 50, 0), bin(10, 320, 50, 100)];
    const drawing = prepareHistogram(pair(wide), 'value');
    expect(drawing.domain).toEqual([0, 320]);
    expect(drawing.bars[0]?.baseline).toBeCloseTo(0.5);
    expect(drawing.bars[20]?.baseline).toBeCloseTo(0.5 / 31);
  });

  it('loses no event when it moves them to the value axis', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0.001, max: 1e6, noNaN: true }), fc.nat(1_000), fc.nat(1_000)), {
          minLength: 2,
          maxLength: 60,
        }),
        (widths) => {
          const ends = widths.map((_, index) =>
            widths.slice(0, index + 1).reduce((sum, [width]) => sum + width, -500),
          );
          const bins = widths.map(([, a, b], index) =>
            bin(ends[index - 1] ?? -500, ends[index] ?? 0, a + 1, b + 1),
          );
          const { bars } = prepareHistogram(pair(bins), 'value');
          expect(sum(bars.map((bar) => bar.baseline))).toBeCloseTo(1, 6);
          expect(sum(bars.map((bar) => bar.current))).toBeCloseTo(1, 6);
        },
      ),
    );
  });

  it('keeps a bin of no width', () => {
    const { bars } = prepareHistogram(pair([bin(0, 0, 10, 10), bin(0, 100, 10, 10)]), 'value');
    expect(sum(bars.map((bar) => bar.baseline))).toBeCloseTo(1);
  });

  it('prefers bins where a long tail would leave nothing to see on the value axis', () => {
    expect(histogramModes(pair(quarters))).toEqual(['value', 'bin']);
    expect(histogramModes(pair([bin(0, 1, 98, 98), bin(1, 2, 1, 1), bin(2, 1e9, 1, 1)]))).toEqual([
      'bin',
      'value',
    ]);
    expect(histogramModes(pair(quarters, { kind: 'categorical' }))).toEqual(['bin']);
    expect(histogramModes(pair([bin(5, 5, 10, 10)]))).toEqual(['bin']);
  });

  it('draws an empty window as nothing, not as NaN', () => {
    const drawing = prepareHistogram(pair(quarters.map((one) => ({ ...one, current: 0 }))), 'bin');
    expect(drawing.bars.every((bar) => bar.current === 0)).toBe(true);
  });

  it('has a table of counts, shares and differences', () => {
    expect(histogramTable(pair([bin(0, 1, 3, 1), bin(1, 2, 1, 3)])).rows).toEqual([
      ['', 3, 0.75, 1, 0.25, -0.5],
      ['', 1, 0.25, 3, 0.75, 0.5],
    ]);
  });
});

describe('its layout', () => {
  const drawing = prepareHistogram(
    pair([bin(null, null, 1, 1, 'missing'), ...quarters, bin(null, null, 0, 10, 'above')]),
    'bin',
  );

  it('keeps every place inside, in order, and side bins apart', () => {
    for (const width of [280, 375, 900]) {
      const layout = layoutHistogram(drawing, width, 200);
      expect(layout.slots).toHaveLength(6);
      for (const [index, slot] of layout.slots.entries()) {
        expect(slot.x0).toBeGreaterThanOrEqual(0);
        expect(slot.x1).toBeLessThanOrEqual(width + 0.01);
        expect(slot.x0).toBeGreaterThanOrEqual((layout.slots[index - 1]?.x1 ?? 0) - 0.01);
      }
      expect((layout.slots[1]?.x0 ?? 0) - (layout.slots[0]?.x1 ?? 0)).toBeGreaterThan(4);
    }
  });

  it('writes paths without NaN', () => {
    const layout = layoutHistogram(prepareHistogram(pair([]), 'bin'), 300, 200);
    expect(`${layout.baseline.outline}${layout.current.outline}`).not.toContain('NaN');
    expect(layoutHistogram(drawing, 300, 200).baseline.fill).toMatch(/Z$/);
  });
});
