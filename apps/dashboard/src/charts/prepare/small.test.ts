import type { DistributionOverTime } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { bucketSpan, distributionTable, prepareFan, prepareRidges } from './distribution';
import { fraction, timeTicks, valueScale } from './scale';
import { prepareSparkline } from './sparkline';
import { toCsv } from './table';

describe('a sparkline', () => {
  it('breaks at gaps and shows lone values as dots', () => {
    const drawing = prepareSparkline([1, 2, null, 3, null, 4, 5], 70, 20);
    expect(drawing.paths).toHaveLength(2);
    expect(drawing.dots).toHaveLength(1);
    expect(drawing.last?.x).toBeCloseTo(68.5);
  });

  it('stays flat where its values are small against the band', () => {
    const [path = ''] = prepareSparkline([0.01, 0.02], 50, 20, 0.25).paths;
    const heights = [...path.matchAll(/,([\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 99))).toBeLessThan(1);
  });

  it('draws nothing of nothing', () => {
    expect(prepareSparkline([], 50, 20)).toEqual({ paths: [], dots: [], last: null });
    expect(prepareSparkline([null, Number.NaN], 50, 20).last).toBeNull();
  });
});

describe('axes', () => {
  it('have ticks at whole hours of the zone', () => {
    const from = Date.parse('2026-03-10T00:00:00Z');
    const ticks = timeTicks(from, from + 86_400_000, 6, 'Asia/Kolkata');
    expect(ticks.length).toBeGreaterThan(3);
    for (const tick of ticks) expect((tick / 60_000 + 330) % 60).toBe(0);
    expect(timeTicks(from, from, 6, 'UTC')).toEqual([]);
  });

  it('hold what lies beyond them at their ends, also between the largest numbers', () => {
    expect([-1, 0, 5, 20].map((value) => fraction(value, [0, 10]))).toEqual([0, 0, 0.5, 1]);
    expect([-1e308, 0, 1.7e308].map((value) => fraction(value, [-1e308, 1e308]))).toEqual([0, 0.5, 1]);
    expect(fraction(3, [3, 3])).toBe(0);
  });

  it('hold every value, from zero unless told otherwise', () => {
    expect(valueScale([3, 8, null, Number.NaN]).domain).toEqual([0, 8]);
    expect(valueScale([101, 109], 4, 'values').domain[0]).toBeGreaterThan(90);
    expect(valueScale([]).domain).toEqual([0, 1]);
    expect(valueScale([-5, -5]).domain[0]).toBeLessThanOrEqual(-5);
    expect(valueScale([-0.08, 0.3], 4, 'floor').domain[0]).toBe(0);
    expect(valueScale([-0.08, -0.02], 4, 'floor').domain).toEqual([0, 1]);
    expect(valueScale([4, 9], 4, 'floor').domain[0]).toBe(0);
  });
});

const numeric: DistributionOverTime = {
  signal: 'distance',
  kind: 'numeric',
  bucket_ms: 1_000,
  labels: [],
  buckets: [
    { t: 0, n: 10, quantiles: [1, 2, 3, 4, 5], shares: null },
    { t: 1_000, n: 0, quantiles: null, shares: null },
    { t: 2_000, n: 10, quantiles: [1, 2, 3, 4, 9], shares: null },
  ],
  baseline_quantiles: [1, 2, 3, 4, 5],
  baseline_shares: [],
};

describe('a quantile fan', () => {
  it('falls apart at empty buckets', () => {
    const fan = prepareFan(numeric);
    expect(fan.stretches.map((run) => run.map((point) => point.t))).toEqual([[0], [2_000]]);
    expect(fan.baseline).toEqual([1, 2, 3, 4, 5]);
    expect(fan.scale.domain[1]).toBeGreaterThanOrEqual(9);
  });

  it('takes broken quantiles as a gap', () => {
    const fan = prepareFan({
      ...numeric,
      buckets: [{ t: 0, n: 1, quantiles: [1, Number.NaN, 3, 4, 5], shares: null }],
      baseline_quantiles: null,
    });
    expect(fan.empty).toBe(true);
  });

  it('takes buckets to last until the next one where counts are kept in coarser steps', () => {
    expect(bucketSpan(numeric)).toBe(2_000);
    expect(bucketSpan({ bucket_ms: 60_000, buckets: [] })).toBe(60_000);
  });

  it('has a table with a row for every bucket', () => {
    expect(distributionTable(numeric).rows[1]).toEqual([
      '1970-01-01T00:00:01.000Z',
      0,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('ridges', () => {
  const data: DistributionOverTime = {
    ...numeric,
    kind: 'categorical',
    labels: ['a', 'b', 'c'],
    buckets: [
      { t: 0, n: 10, quantiles: null, shares: [0.7, 0.1, 0.2] },
      { t: 1_000, n: 0, quantiles: null, shares: null },
    ],
    baseline_quantiles: null,
    baseline_shares: [0.2, 0.6, 0.2],
  };

  it('keep the categories that are big on either side and count the rest', () => {
    const drawing = prepareRidges(data, 2);
    expect(drawing.ridges.map(({ label }) => label)).toEqual(['a', 'b']);
    expect(drawing.ridges[0]?.shares).toEqual([0.7, null]);
    expect(drawing.left).toBe(1);
    for (const { top, baseline } of drawing.ridges) expect(top).toBeGreaterThanOrEqual(baseline * 1.5);
    expect(drawing.ridges[0]?.top).toBeGreaterThanOrEqual(0.7);
  });

  it('have a column for each category in their table', () => {
    expect(distributionTable(data).columns).toEqual(['time (UTC)', 'events', 'a', 'b', 'c']);
  });
});

describe('CSV', () => {
  it('quotes what needs it and disarms formulas', () => {
    expect(
      toCsv({
        columns: ['a', 'b'],
        rows: [
          ['x,"y"', 1.5],
          ['=HYPERLINK(1)', null],
        ],
      }),
    ).toBe('a,b\r\n"x,""y""",1.5\r\n\'=HYPERLINK(1),');
  });

  it('leaves negative numbers numbers', () => {
    expect(toCsv({ columns: ['a'], rows: [[-1]] })).toBe('a\r\n-1');
  });
});
