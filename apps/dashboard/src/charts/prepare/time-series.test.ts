import type { Series, SeriesPoint } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { prepareTimeSeries, timeSeriesTable } from './time-series';

function point(t: number, value: number | null, more: Partial<SeriesPoint> = {}): SeriesPoint {
  return { t, value, min: value, max: value, n: value === null ? 0 : 500, verdict: null, ...more };
}

function series(points: SeriesPoint[], more: Partial<Series> = {}): Series {
  return {
    metric: 'psi',
    signal: 'distance',
    unit: '',
    bucket_ms: 1_000,
    thresholds: [
      { name: 'moderate', value: 0.1 },
      { name: 'significant', value: 0.2 },
    ],
    points,
    ...more,
  };
}

describe('a time series', () => {
  it('keeps gaps and never bridges them', () => {
    const { rows } = prepareTimeSeries([series([point(1, 0.01), point(2, null), point(3, 0.02)])], []);
    expect(rows.map((row) => row.lines[0]?.value)).toEqual([0.01, null, 0.02]);
  });

  it('draws a point between two gaps on its own', () => {
    const { rows } = prepareTimeSeries(
      [series([point(1, null), point(2, 0.3), point(3, null), point(4, 1), point(5, 1)])],
      [],
    );
    expect(rows.map((row) => row.lines[0]?.lone)).toEqual([false, true, false, false, false]);
  });

  it('draws windows with too few events hollow', () => {
    const { rows } = prepareTimeSeries(
      [series([point(1, 0.4, { verdict: 'insufficient_data', n: 12 })])],
      [],
    );
    expect(rows[0]?.lines[0]).toMatchObject({ hollow: true, n: 12 });
  });

  it('holds the whole envelope on its axis, so that no breach is cut off', () => {
    const { scale, rows } = prepareTimeSeries([series([point(1, 0.05, { min: 0.01, max: 0.9 })])], []);
    expect(scale.domain[1]).toBeGreaterThanOrEqual(0.9);
    expect(rows[0]?.lines[0]?.envelope).toEqual([0.01, 0.9]);
  });

  it('colours a band only once something reached it', () => {
    const calm = prepareTimeSeries([series([point(1, 0.02)])], []);
    expect(calm.bands).toEqual([]);
    expect(calm.thresholds.map(({ reached }) => reached)).toEqual([false, false]);
    const moderate = prepareTimeSeries([series([point(1, 0.05, { max: 0.15 })])], []);
    expect(moderate.bands.map(({ verdict }) => verdict)).toEqual(['moderate']);
    const high = prepareTimeSeries([series([point(1, 0.4)])], []);
    expect(high.bands).toEqual([
      { from: 0.1, to: 0.2, verdict: 'moderate' },
      { from: 0.2, to: high.scale.domain[1], verdict: 'significant' },
    ]);
  });

  it('takes NaN and infinity as gaps and the largest double as a number', () => {
    const drawing = prepareTimeSeries(
      [series([point(1, Number.NaN), point(2, Number.POSITIVE_INFINITY), point(3, 1e308)])],
      [],
    );
    expect(drawing.rows.map((row) => row.lines[0]?.value)).toEqual([null, null, 1e308]);
    expect(drawing.scale.domain.every(Number.isFinite)).toBe(true);
    expect(drawing.empty).toBe(false);
  });

  it('marks where a bad verdict begins and seldom after that', () => {
    const points = Array.from({ length: 400 }, (_, t) =>
      point(t, t < 100 ? 0.01 : 0.5, { verdict: t < 100 ? 'stable' : 'significant' }),
    );
    const marked = prepareTimeSeries([series(points)], []).rows.filter((row) => row.lines[0]?.marked);
    expect(marked[0]?.t).toBe(100);
    expect(marked.length).toBeLessThanOrEqual(42);
  });

  it('joins lines by time even where one of them has no point', () => {
    const drawing = prepareTimeSeries(
      [
        series([point(1, 1), point(2, 2)], { metric: 'latency_p50', unit: 'ms' }),
        series([point(2, 5)], { metric: 'latency_p99' }),
      ],
      [{ at: '2026-03-10T00:00:00Z', kind: 'deploy', text: 'v4' }],
    );
    expect(drawing.names).toEqual(['P50', 'P99']);
    expect(drawing.rows.map((row) => row.lines.map((line) => line?.value ?? null))).toEqual([
      [1, null],
      [2, 5],
    ]);
    expect(drawing.markers[0]?.t).toBe(Date.parse('2026-03-10T00:00:00Z'));
  });

  it('leaves out the bucket of a rate that is still filling, and of nothing else', () => {
    const points = [point(0, 10), point(1_000, 2)];
    const value = (metric: Series['metric']) =>
      prepareTimeSeries([series(points, { metric })], [], 1_500).rows.map((row) => row.lines[0]?.value);
    expect(value('throughput')).toEqual([10, null]);
    expect(value('latency_p95')).toEqual([10, 2]);
  });

  it('has an axis that suits what is all zero, or a hair below', () => {
    const none = series([point(1, 0)], { metric: 'error_rate', unit: 'share', thresholds: [] });
    expect(prepareTimeSeries([none], []).scale.domain[1]).toBeLessThanOrEqual(0.01);
    expect(prepareTimeSeries([series([point(1, -0.001), point(2, 0.4)])], []).scale.domain[0]).toBe(0);
  });

  it('is empty when it holds gaps only', () => {
    expect(prepareTimeSeries([series([point(1, null)])], []).empty).toBe(true);
    expect(prepareTimeSeries([], []).empty).toBe(true);
  });

  it('has a table with value, envelope and sample size', () => {
    const drawing = prepareTimeSeries(
      [series([point(0, 0.05, { min: 0.01, max: 0.9 })], { unit: 'ms' })],
      [],
    );
    expect(timeSeriesTable(drawing)).toEqual({
      columns: ['time (UTC)', 'PSI (ms)', 'PSI min', 'PSI max', 'PSI events'],
      rows: [['1970-01-01T00:00:00.000Z', 0.05, 0.01, 0.9, 500]],
    });
  });
});
