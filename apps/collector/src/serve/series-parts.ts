import type { Baseline, ModelSettings, Series, SeriesMetric } from '@leeway/contract';

type Bare = Omit<Series, 'thresholds'>;

/** Reference lines of a metric: bands for drift, the baseline's own figure for the rest. Pure. */
export function thresholdsOf(
  metric: SeriesMetric,
  settings: ModelSettings,
  baseline: Baseline | null,
): Series['thresholds'] {
  if (metric === 'psi')
    return [
      { name: 'moderate', value: settings.moderate },
      { name: 'significant', value: settings.significant },
    ];
  if (metric === 'throughput')
    return settings.capacity_per_second === null
      ? []
      : [{ name: 'capacity', value: settings.capacity_per_second }];
  if (baseline === null) return [];
  const quantile = /^latency_(p50|p95|p99)$/.exec(metric)?.[1] as 'p50' | 'p95' | 'p99' | undefined;
  if (quantile) return baseline.latency ? [{ name: 'baseline', value: baseline.latency[quantile] }] : [];
  const value = baseline.performance?.metrics[metric.replace(/^estimated_/, '')];
  return value === undefined || value === null ? [] : [{ name: 'baseline', value }];
}

/**
 * Money per bucket from its tokens, at the model's prices per 1,000 tokens. The two token series share their buckets
 * because they were asked for the same range. A bucket without either is a gap.
 */
export function costSeries(input: Bare, output: Bare, settings: ModelSettings): Bare {
  const prices = { input: settings.cost_per_1k_input / 1_000, output: settings.cost_per_1k_output / 1_000 };
  const outputs = new Map(output.points.map((point) => [point.t, point]));
  return {
    ...input,
    metric: 'cost',
    unit: 'money',
    points: input.points.map((point) => {
      const other = outputs.get(point.t);
      const priced = (pick: 'value' | 'min' | 'max'): number | null => {
        const tokensIn = point[pick];
        const tokensOut = other?.[pick] ?? null;
        if (tokensIn === null && tokensOut === null) return null;
        return (tokensIn ?? 0) * prices.input + (tokensOut ?? 0) * prices.output;
      };
      return { ...point, value: priced('value'), min: priced('min'), max: priced('max') };
    }),
  };
}
