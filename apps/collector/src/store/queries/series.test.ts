import { latencyBin, latencyQuantile, mergeLatencies } from '@leeway/stats';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventBatch, histogramRows, testVerdict, trafficRows, withStore } from '../testing.js';

const held = withStore();
const HOUR = 3_600_000;
const MINUTE = 60_000;
const START = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR;
const slice = { model: 'm', segment: '', from: START, to: START + 2 * HOUR };

beforeAll(async () => {
  const batch = eventBatch('series', []);
  const minutes = Array.from({ length: 60 }, (_, i) => START + i * MINUTE);
  await held.store.batches.write({
    ...batch,
    tables: [
      trafficRows(
        minutes.map((minute, i) => ({
          model: 'm',
          minute,
          requests: i === 30 ? 660 : 60,
          errors: i === 30 ? 330 : 0,
        })),
      ),
      histogramRows(
        minutes.map((minute, i) => ({
          model: 'm',
          baseline: '',
          signal: '@latency',
          minute,
          bins: { [latencyBin(i === 30 ? 900 : 20)]: 60 },
        })),
      ),
    ],
  });
  await held.store.evaluation.saveVerdicts([
    testVerdict({ start: START, end: START + HOUR, psi_debiased: 0.02, n_current: 50 }),
    testVerdict({
      start: START,
      end: START + HOUR,
      psi_debiased: 0.3,
      verdict: 'significant',
      evaluated: START + 2 * HOUR,
    }),
    testVerdict({
      start: START + 5 * MINUTE,
      end: START + HOUR + 5 * MINUTE,
      psi_debiased: 0.25,
      verdict: 'significant',
    }),
    testVerdict({ start: START, end: START + HOUR, signal: 'y', psi_debiased: 0.15, verdict: 'moderate' }),
  ]);
});

describe('series', () => {
  it('throughput keeps a short burst in its envelope and leaves a gap where nothing came', async () => {
    const [series] = await held.store.reads.series({ ...slice, metrics: ['throughput'], points: 2 });
    expect(series!.bucket_ms).toBe(HOUR);
    expect(series!.points).toEqual([
      { t: START, value: 4200 / 3600, min: 1, max: 11, n: 4200, verdict: null },
      { t: START + HOUR, value: null, min: null, max: null, n: 0, verdict: null },
    ]);
  });

  it('error rate is a share of the bucket, its maximum that of the worst minute', async () => {
    const [series] = await held.store.reads.series({ ...slice, metrics: ['error_rate'], points: 2 });
    expect(series!.points[0]).toMatchObject({ value: 330 / 4200, min: 0, max: 0.5, n: 4200 });
  });

  it('latency quantiles come from merged bins within 1 %, the worst step in the envelope', async () => {
    const [p50] = await held.store.reads.series({ ...slice, metrics: ['latency_p50'], points: 2 });
    expect(Math.abs(p50!.points[0]!.value! / 20 - 1)).toBeLessThanOrEqual(0.01);
    const [p99] = await held.store.reads.series({ ...slice, metrics: ['latency_p99'], points: 2 });
    expect(Math.abs(p99!.points[0]!.value! / 900 - 1)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(p99!.points[0]!.min! / 20 - 1)).toBeLessThanOrEqual(0.01);
    expect(p99!.points[1]!.value).toBeNull();
  });

  it('latency quantiles are those of the statistics package, for any counts', async () => {
    let seed = 5;
    const next = (n: number) => {
      seed = (48_271 * seed) % 2_147_483_647;
      return seed % n;
    };
    const rows = Array.from({ length: 90 }, (_, i) => {
      const bins = Object.fromEntries(Array.from({ length: next(6) }, () => [300 + next(400), 1 + next(9)]));
      return { model: 'any', baseline: '', signal: '@latency', minute: START + i * MINUTE, bins };
    });
    await held.store.batches.write({
      ...eventBatch('any', []),
      tables: [histogramRows(rows.filter(({ bins }) => Object.keys(bins).length > 0))],
    });
    const quantiles = { latency_p50: 0.5, latency_p95: 0.95, latency_p99: 0.99 } as const;
    const metrics = Object.keys(quantiles) as (keyof typeof quantiles)[];
    const found = await held.store.reads.series({ ...slice, model: 'any', metrics, points: 24 });
    const pairs = (from: number, to: number) =>
      rows
        .filter(({ minute }) => minute >= from && minute < to)
        .map(({ bins }) => Object.entries(bins).map(([bin, n]): [number, number] => [Number(bin), n]));
    for (const { metric, bucket_ms, points } of found)
      for (const { t, value, n } of points) {
        const merged = mergeLatencies(pairs(t, t + bucket_ms));
        expect(value).toBe(latencyQuantile(merged, quantiles[metric as keyof typeof quantiles]));
        expect(n).toBe([...merged.values()].reduce((sum, count) => sum + count, 0));
      }
    expect(found[0]!.points.filter(({ value }) => value !== null).length).toBeGreaterThan(10);
  });

  it('PSI of a signal is the newest evaluation of its worst window, with the worst verdict', async () => {
    const [series] = await held.store.reads.series({ ...slice, metrics: ['psi'], signal: 'x', points: 2 });
    expect(series!.points.map((p) => [p.value, p.min, p.max, p.verdict])).toEqual([
      [0.3, 0.3, 0.3, 'significant'],
      [0.25, 0.25, 0.25, 'significant'],
    ]);
    const [worst] = await held.store.reads.series({ ...slice, metrics: ['ks'], points: 2 });
    expect(worst!.points[0]).toMatchObject({ value: 0.03, min: 0.03, max: 0.05 });
  });
});

describe('verdicts', () => {
  it('lists the newest first and says when there are more', async () => {
    const { verdicts, truncated } = await held.store.reads.verdicts({ ...slice, limit: 2 });
    expect(truncated).toBe(true);
    expect(verdicts.map((v) => [v.signal, v.psi_debiased])).toEqual([
      ['x', 0.25],
      ['x', 0.3],
    ]);
    const one = await held.store.reads.verdicts({ ...slice, signal: 'y', limit: 5 });
    expect(one).toMatchObject({ truncated: false, verdicts: [{ signal: 'y', verdict: 'moderate' }] });
  });

  it('gives back what was saved, nulls and objects included', async () => {
    const saved = testVerdict({
      model: 'whole',
      start: START,
      end: START + HOUR,
      psi: null,
      historical: true,
      verdict: 'no_data',
      reason: "it's \\ \n quoted",
      direction: {
        way: 'up',
        text: 'median 720 → 1,160 (×1.61)',
        median_baseline: 720,
        median_current: 1160,
        gained: [{ bin: '[1, 2)', baseline_share: 0.1, current_share: 0.3 }],
        lost: [],
      },
      sequential: { log_evidence: 2.5, threshold: 9, drifting: false, onset: null },
    });
    await held.store.evaluation.saveVerdicts([saved]);
    const { verdicts } = await held.store.reads.verdicts({ ...slice, model: 'whole', limit: 5 });
    expect(verdicts).toEqual([saved]);
    expect(await held.store.facts.verdicts('whole', START, START + HOUR)).toEqual([saved]);
    const { baseline } = saved;
    const asked = ['whole', 'nobody'].map((model) => ({ model, baseline: baseline ?? '' }));
    const { lastEvaluated } = held.store.evaluation;
    expect(await lastEvaluated(asked)).toEqual(new Map([['whole', START + HOUR]]));
    expect(await lastEvaluated([{ model: 'whole', baseline: 'another' }])).toEqual(new Map());
  });

  it('tells the newest verdict of every signal', async () => {
    const latest = await held.store.reads.latestVerdicts('m', undefined, '');
    expect(latest.map((v) => [v.signal, v.psi_debiased])).toEqual([
      ['x', 0.25],
      ['y', 0.15],
    ]);
    expect(await held.store.reads.latestVerdicts('m', 'v2', '')).toEqual([]);
  });

  it('tells the newest verdict of signals that ended at different times, up to a week before the last', async () => {
    const common = { model: 'ends', start: START };
    await held.store.evaluation.saveVerdicts([
      testVerdict({ ...common, signal: 'often', end: START + HOUR, psi_debiased: 0.1 }),
      testVerdict({ ...common, signal: 'often', end: START + 3 * HOUR, psi_debiased: 0.3 }),
      testVerdict({ ...common, signal: 'seldom', end: START + HOUR, psi_debiased: 0.2 }),
      testVerdict({ ...common, signal: 'gone', start: START - 180 * HOUR, end: START - 170 * HOUR }),
    ]);
    const latest = await held.store.reads.latestVerdicts('ends', undefined, '');
    expect(latest.map((v) => [v.signal, v.psi_debiased])).toEqual([
      ['often', 0.3],
      ['seldom', 0.2],
    ]);
  });

  it('makes a heat map of the worst window that ends in each column, worst signal first', async () => {
    const map = await held.store.reads.heatMapCells({ ...slice, columns: 2 });
    expect(map.columns).toEqual([START, START + HOUR].map((t) => new Date(t).toISOString()));
    expect(map.rows.map((row) => [row.signal, row.verdicts, row.psi])).toEqual([
      ['x', [2, 2], [0.3, 0.25]],
      ['y', [1, -1], [0.15, null]],
    ]);
    expect(map.rows[0]!.window_start).toEqual([START, START + 5 * MINUTE]);
  });
});
