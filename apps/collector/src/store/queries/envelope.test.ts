import { latencyBin } from '@leeway/stats';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventBatch, histogramRows, testVerdict, trafficRows, withStore } from '../testing.js';

const held = withStore();
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const END = Math.floor(Date.now() / DAY) * DAY;
/** One window in five minutes for 30 days, far more than a chart has points. */
const WINDOWS = 30 * 288;
const BREACH = 4_321;

beforeAll(async () => {
  const start = END - 30 * DAY;
  await held.store.evaluation.saveVerdicts(
    Array.from({ length: WINDOWS }, (_, i) =>
      testVerdict({
        start: start + i * 5 * MINUTE,
        end: start + (i + 1) * 5 * MINUTE,
        psi_debiased: i === BREACH ? 0.9 : 0.01,
        ks_high: i === BREACH ? 0.7 : 0.02,
        verdict: i === BREACH ? 'significant' : 'stable',
      }),
    ),
  );
  const minutes = Array.from({ length: 3 * 1_440 }, (_, i) => END - 3 * DAY + i * MINUTE);
  await held.store.batches.write({
    ...eventBatch('envelope', []),
    tables: [
      trafficRows(
        minutes.map((minute, i) => ({
          model: 'm',
          minute,
          requests: 100,
          errors: i === BREACH - 1_000 ? 90 : 0,
        })),
      ),
      histogramRows(
        minutes.map((minute, i) => ({
          model: 'm',
          baseline: '',
          signal: '@latency',
          minute,
          bins: { [latencyBin(i === BREACH - 1_000 ? 900 : 20)]: 100 },
        })),
      ),
    ],
  });
});

describe('a series with fewer points than windows', () => {
  it.each([96, 300, 1_000])('keeps the one window that breached in 30 days, in %i points', async (points) => {
    const slice = { model: 'm', segment: '', from: END - 30 * DAY, to: END };
    const [psi, ks] = await held.store.reads.series({
      ...slice,
      metrics: ['psi', 'ks'],
      signal: 'x',
      points,
    });
    for (const one of [psi!, ks!]) {
      expect(one.points.length).toBeLessThanOrEqual(points + 1);
      const worst = one.points.filter(({ verdict }) => verdict === 'significant');
      expect(worst).toHaveLength(1);
      expect(worst[0]!.max).toBe(one.metric === 'psi' ? 0.9 : 0.7);
      expect(one.points.filter(({ max }) => max! > 0.5)).toEqual(worst);
    }
    const map = await held.store.reads.heatMapCells({ ...slice, columns: points });
    expect(map.columns.length).toBeLessThanOrEqual(points + 1);
    expect(map.rows[0]!.psi.filter((value) => value === 0.9)).toHaveLength(1);
  });

  it('keeps the one minute of errors and of slowness in three days', async () => {
    const slice = { model: 'm', segment: '', from: END - 3 * DAY, to: END };
    const [errors, p95] = await held.store.reads.series({
      ...slice,
      metrics: ['error_rate', 'latency_p95'],
      points: 100,
    });
    expect(Math.max(...errors!.points.map(({ max }) => max ?? 0))).toBe(0.9);
    expect(Math.max(...p95!.points.map(({ max }) => max ?? 0))).toBeGreaterThan(890);
    // In the bucket as a whole neither would be seen.
    expect(Math.max(...errors!.points.map(({ value }) => value ?? 0))).toBeLessThan(0.1);
    expect(Math.max(...p95!.points.map(({ value }) => value ?? 0))).toBeLessThan(25);
  });
});
