import { latencyQuantile } from '@leeway/stats';
import type { ModelFigures } from './model-metrics.js';
import type { ModelRoom, ReadStore, SummaryFigures } from './ports.js';

/** Scrapes closer together than this see the same figures, ms. */
const FRESH_MS = 10_000;

/**
 * Figures of each model's last window for the gauges, asked of the store at most every ten seconds and at most once
 * at a time. Models with the same window share one question. When the store does not answer, the last figures stay.
 */
export function cachedFigures(
  reads: Pick<ReadStore, 'summaries'>,
  models: Pick<ModelRoom, 'list' | 'settings'>,
  now: () => number,
): () => Promise<ReadonlyMap<string, ModelFigures>> {
  let known: { at: number; figures: ReadonlyMap<string, ModelFigures> } | null = null;
  let asking: Promise<ReadonlyMap<string, ModelFigures>> | null = null;

  async function ask(): Promise<ReadonlyMap<string, ModelFigures>> {
    const at = now();
    const byWindow = new Map<number, string[]>();
    for (const model of models.list()) {
      const { window_ms } = models.settings(model);
      byWindow.set(window_ms, [...(byWindow.get(window_ms) ?? []), model]);
    }
    const figures = new Map<string, ModelFigures>();
    for (const [windowMs, names] of byWindow) {
      const found = await reads.summaries({ from: at - windowMs, to: at }, names);
      for (const [model, summary] of found) figures.set(model, toFigures(summary, windowMs));
    }
    known = { at, figures };
    return figures;
  }

  return async () => {
    if (known && now() - known.at < FRESH_MS) return known.figures;
    asking ??= ask().finally(() => {
      asking = null;
    });
    try {
      return await asking;
    } catch (error) {
      if (known) return known.figures;
      throw error;
    }
  };
}

function toFigures(summary: SummaryFigures, windowMs: number): ModelFigures {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => latencyQuantile(summary.latency, q));
  const known = p50 !== null && p95 !== null && p99 !== null;
  return {
    latency: known ? { '0.5': p50! / 1_000, '0.95': p95! / 1_000, '0.99': p99! / 1_000 } : null,
    errorRate: summary.events > 0 ? summary.errors / summary.events : null,
    eventsPerSecond: summary.events / (windowMs / 1_000),
  };
}
