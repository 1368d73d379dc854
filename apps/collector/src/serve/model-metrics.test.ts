import type { Verdict } from '@leeway/contract';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type ModelFigures, modelMetrics } from './model-metrics.js';

function verdict(change: Partial<Verdict>): Verdict {
  return {
    model: 'm',
    version: '1',
    segment: '',
    signal: 'x',
    verdict: 'stable',
    psi_debiased: 0.01,
    window_end: '2026-03-08T12:00:00.000Z',
    ...change,
  } as Verdict;
}

function book(bounds = { models: 2, signals: 2 }, figures = new Map<string, ModelFigures>()) {
  const registry = new Registry();
  const metrics = modelMetrics(registry, bounds, async () => figures);
  const lines = async (name: string) =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return { metrics, lines };
}

describe("a model's gauges", () => {
  it('carry the newest window of each signal', async () => {
    const { metrics, lines } = book();
    metrics.judged('m', [verdict({ psi_debiased: 0.3, verdict: 'significant' })]);
    metrics.judged('m', [verdict({ psi_debiased: 0.9, window_end: '2026-03-08T11:00:00.000Z' })]);
    expect(await lines('leeway_model_psi')).toEqual([
      'leeway_model_psi{model="m",version="1",signal="x"} 0.3',
    ]);
    expect(await lines('leeway_model_verdict')).toEqual(['leeway_model_verdict{model="m"} 5']);
  });

  it('leave segments out', async () => {
    const { metrics, lines } = book();
    metrics.judged('m', [verdict({ segment: 'region=eu' })]);
    expect(await lines('leeway_model_psi')).toEqual([]);
  });

  it('stay few: signals and models beyond the bounds are one series with the worst of them, and counted', async () => {
    const { metrics, lines } = book();
    for (const model of ['a', 'b', 'c', 'd'])
      metrics.judged(
        model,
        ['s1', 's2', 's3', 's4'].map((signal, i) => verdict({ model, signal, psi_debiased: i / 10 })),
      );
    expect(await lines('leeway_model_psi')).toEqual([
      'leeway_model_psi{model="a",version="1",signal="s1"} 0',
      'leeway_model_psi{model="a",version="1",signal="s2"} 0.1',
      'leeway_model_psi{model="a",version="1",signal="other"} 0.3',
      'leeway_model_psi{model="b",version="1",signal="s1"} 0',
      'leeway_model_psi{model="b",version="1",signal="s2"} 0.1',
      'leeway_model_psi{model="b",version="1",signal="other"} 0.3',
      'leeway_model_psi{model="other",version="other",signal="other"} 0.3',
    ]);
    expect(await lines('leeway_metrics_left_out_models')).toEqual(['leeway_metrics_left_out_models 2']);
    expect(await lines('leeway_metrics_left_out_signals')).toEqual(['leeway_metrics_left_out_signals 8']);
  });

  it('forget versions that a model no longer serves', async () => {
    const { metrics, lines } = book();
    for (let version = 1; version <= 9; version++)
      metrics.judged('m', [verdict({ version: String(version) })]);
    const kept = (await lines('leeway_model_psi')).map((line) => /version="(\d)"/.exec(line)![1]);
    expect(kept).toEqual(['6', '7', '8', '9']);
  });

  it('show latency, errors and traffic of the last window', async () => {
    const figures = new Map<string, ModelFigures>(
      ['a', 'b', 'c'].map((model) => [
        model,
        { latency: { '0.5': 0.01, '0.95': 0.02, '0.99': 0.03 }, errorRate: 0.5, eventsPerSecond: 2 },
      ]),
    );
    const { lines } = book({ models: 1, signals: 1 }, figures);
    expect(await lines('leeway_model_latency_seconds')).toHaveLength(3);
    expect(await lines('leeway_model_error_rate')).toEqual(['leeway_model_error_rate{model="a"} 0.5']);
    expect(await lines('leeway_model_events_per_second')).toEqual([
      'leeway_model_events_per_second{model="a"} 2',
      'leeway_model_events_per_second{model="other"} 4',
    ]);
  });
});
