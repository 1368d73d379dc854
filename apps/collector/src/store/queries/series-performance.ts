import type { Series, SeriesMetric } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { outcomeBuckets } from './outcome-buckets.js';
import { outcomeMetrics } from './outcome-sums.js';
import { performanceBuckets } from './performance.js';
import { bucketStarts, type SliceKey, stepFor } from './slice.js';

const UNITS: Partial<Record<SeriesMetric, string>> = {
  label_coverage: 'share',
  mae: 'label unit',
  rmse: 'label unit',
  bias: 'label unit',
  accuracy: 'share',
  precision: 'share',
  recall: 'share',
  f1: 'share',
  auc: 'share',
  estimated_accuracy: 'share',
};
export const PERFORMANCE_METRICS: ReadonlySet<SeriesMetric> = new Set(Object.keys(UNITS) as SeriesMetric[]);
/** Labels come event by event, so performance is shown in fewer points than counts are. */
const MOST_POINTS = 120;

interface Bucket {
  events: number;
  labelled: number;
  metrics: Record<string, number | null>;
}

/** Performance metrics over time; `n` is the number of labelled events, of all events where no label is needed. */
export async function performanceSeries(
  lane: Lane,
  key: SliceKey & { metrics: readonly SeriesMetric[]; points: number },
): Promise<Omit<Series, 'thresholds'>[]> {
  const step = stepFor(key, Math.min(key.points, MOST_POINTS));
  const found = await buckets(lane, key, step);
  return key.metrics.map((metric) => {
    const unlabelled = metric === 'estimated_accuracy' || metric === 'label_coverage';
    return {
      metric,
      signal: null,
      unit: UNITS[metric] ?? '',
      bucket_ms: step,
      points: bucketStarts(key, step).map((t) => {
        const bucket = found.get(t);
        const value = bucket?.metrics[metric] ?? null;
        const n = bucket ? (unlabelled ? bucket.events : bucket.labelled) : 0;
        return { t, value, min: value, max: value, n, verdict: null };
      }),
    };
  });
}

async function buckets(
  lane: Lane,
  key: SliceKey & { metrics: readonly SeriesMetric[] },
  step: number,
): Promise<Map<number, Bucket>> {
  // Ranks can't be summed up, and segments have no sums: both are joined event by event.
  if (key.segment !== '' || key.metrics.includes('auc'))
    return new Map((await performanceBuckets(lane, key, step)).map((bucket) => [bucket.t, bucket]));
  return new Map(
    [...(await outcomeBuckets(lane, key, step))].map(([t, sums]) => [
      t,
      { events: sums.events, labelled: sums.known, metrics: outcomeMetrics(sums) },
    ]),
  );
}
