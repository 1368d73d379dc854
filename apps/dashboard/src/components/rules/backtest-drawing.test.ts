import type { BacktestEpisode, BacktestResult, Series } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { backtestTable, drawBacktest } from './backtest-drawing';

const episode = (over: Partial<BacktestEpisode>): BacktestEpisode => ({
  version: 'v1',
  segment: '',
  signal: 'distance',
  pending_at: '2026-03-01T02:00:00.000Z',
  fired_at: '2026-03-01T03:00:00.000Z',
  resolved_at: '2026-03-01T05:00:00.000Z',
  duration_ms: 7_200_000,
  peak: 0.4,
  reason: 'recovered',
  ...over,
});
const result = (episodes: BacktestEpisode[]): BacktestResult => ({
  rule: 'r',
  model: 'm',
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-01T10:00:00.000Z',
  windows: 120,
  observations: {},
  problem: null,
  fired: 1,
  firing_ms: 7_200_000,
  notifications: 2,
  episodes,
  truncated: false,
  took_ms: 3,
});

describe('a backtest as a drawing', () => {
  it('shows pending and firing one after the other', () => {
    const [lane] = drawBacktest(result([episode({})]), null, 0.2, 1_064, 100).lanes;
    expect(lane?.stretches.map(({ x0, x1, fired }) => [Math.round(x0), Math.round(x1), fired])).toEqual([
      [256, 356, false],
      [356, 556, true],
    ]);
  });

  it('lets an alert that still fires reach the end', () => {
    const [lane] = drawBacktest(result([episode({ resolved_at: null })]), null, 0.2, 1_064, 100).lanes;
    expect(lane?.stretches.at(-1)?.x1).toBe(1_056);
  });

  it('draws one that never fired as pending only, and one without delay as firing only', () => {
    const lanes = drawBacktest(
      result([
        episode({ signal: 'a', fired_at: null }),
        episode({ signal: 'b', pending_at: '2026-03-01T03:00:00.000Z' }),
      ]),
      null,
      null,
      1_064,
      100,
    ).lanes;
    expect(lanes.map(({ stretches }) => stretches.map(({ fired }) => fired))).toEqual([[false], [true]]);
  });

  it('keeps a moment visible and a storm bounded', () => {
    const storm = Array.from({ length: 500 }, (_, i) =>
      episode({ signal: `s${i}`, resolved_at: '2026-03-01T03:00:00.001Z' }),
    );
    const drawing = drawBacktest(result(storm), null, null, 400, 100);
    expect(drawing.lanes).toHaveLength(12);
    expect(drawing.more).toBe(488);
    for (const { stretches } of drawing.lanes)
      for (const { x0, x1 } of stretches) expect(x1 - x0).toBeGreaterThanOrEqual(2);
    expect(backtestTable(result(storm)).rows).toHaveLength(500);
  });

  it('leaves gaps in the line and keeps the threshold in view', () => {
    const point = (t: number, value: number | null) => ({
      t,
      value,
      min: null,
      max: null,
      n: 1,
      verdict: null,
    });
    const start = Date.parse('2026-03-01T00:00:00Z');
    const series: Series = {
      metric: 'psi',
      signal: 'distance',
      unit: 'PSI',
      bucket_ms: 1,
      thresholds: [],
      points: [
        point(start, 0.01),
        point(start + 1, null),
        point(start + 2, 0.02),
        point(start + 3, Number.NaN),
      ],
    };
    const value = drawBacktest(result([]), series, 5, 400, 100).value;
    expect(value?.path.match(/M/g)).toHaveLength(2);
    expect(value?.path).not.toContain('NaN');
    expect(value?.y(5)).toBeGreaterThan(0);
  });
});
