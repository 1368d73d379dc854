import type { Series } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { prepareTimeSeries } from './time-series';
import { layoutTimeSeries, nearestRow } from './time-series-layout';

const HOUR = 3_600_000;
const series: Series = {
  metric: 'latency_p95',
  signal: null,
  unit: 'ms',
  bucket_ms: HOUR,
  thresholds: [{ name: 'baseline P95', value: 35 }],
  points: [0, 1, 2, 3, 4].map((index) => ({
    t: index * HOUR,
    value: index === 2 ? null : 30 + index,
    min: index === 2 ? null : 28,
    max: index === 2 ? null : 60,
    n: 10,
    verdict: null,
  })),
};
const bounds = { from: 0, to: 5 * HOUR };
const size = { width: 400, height: 180 };
const marks = (...hours: number[]) =>
  hours.map((hour) => ({
    at: new Date(hour * HOUR).toISOString(),
    kind: 'version' as const,
    text: 'v3 first seen',
  }));

describe('the layout of a time series', () => {
  const layout = layoutTimeSeries(prepareTimeSeries([series], marks(1)), bounds, size, 'UTC');

  it('breaks line and envelope at a gap', () => {
    expect(layout.lines[0]?.line.match(/M/g)).toHaveLength(2);
    expect(layout.lines[0]?.envelope.match(/M/g)).toHaveLength(2);
  });

  it('stays inside its picture', () => {
    const numbers = [...(layout.lines[0]?.envelope ?? '').matchAll(/-?[\d.]+/g)].map(Number);
    expect(numbers.length).toBeGreaterThan(8);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(400);
    expect(layout.thresholds[0]?.y).toBeGreaterThan(layout.top);
  });

  it('turns pixels back into time', () => {
    expect(layout.t(layout.x(2.5 * HOUR))).toBeCloseTo(2.5 * HOUR);
  });

  it('drops a name that would lie on another one, never the mark itself', () => {
    const crowded = layoutTimeSeries(prepareTimeSeries([series], marks(1, 1.2, 4.9)), bounds, size, 'UTC');
    expect(crowded.markers.map(({ text }) => text)).toEqual(['v3 first seen', '', 'v3 first seen']);
    expect(crowded.markers[2]?.end).toBe(true);
  });

  it('draws nothing of nothing', () => {
    const empty = layoutTimeSeries(prepareTimeSeries([], []), bounds, size, 'UTC');
    expect(empty.lines).toEqual([]);
  });
});

describe('the nearest point', () => {
  const { rows } = prepareTimeSeries([series], []);

  it('is found on either side and at both ends', () => {
    expect(nearestRow(rows, 0.4 * HOUR)?.t).toBe(0);
    expect(nearestRow(rows, 0.6 * HOUR)?.t).toBe(HOUR);
    expect(nearestRow(rows, -HOUR)?.t).toBe(0);
    expect(nearestRow(rows, 99 * HOUR)?.t).toBe(4 * HOUR);
    expect(nearestRow([], 0)).toBeNull();
    expect(nearestRow(rows.slice(0, 1), 5)?.t).toBe(0);
  });
});
