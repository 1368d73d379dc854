import type { Series, SeriesMetric } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
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
/** Labels are joined event by event, so performance is shown in fewer points than counts are. */
const MOST_POINTS = 120;

/** A performance metric over time; `n` is the number of labelled events, of all events where no label is needed. */
export async function performanceSeries(
  lane: Lane,
  key: SliceKey & { metric: SeriesMetric; points: number },
): Promise<Omit<Series, 'thresholds'>> {
  const step = stepFor(key, Math.min(key.points, MOST_POINTS));
  const found = new Map((await performanceBuckets(lane, key, step)).map((bucket) => [bucket.t, bucket]));
  const unlabelled = key.metric === 'estimated_accuracy' || key.metric === 'label_coverage';
  return {
    metric: key.metric,
    signal: null,
    unit: UNITS[key.metric] ?? '',
    bucket_ms: step,
    points: bucketStarts(key, step).map((t) => {
      const bucket = found.get(t);
      const value = bucket?.metrics[key.metric] ?? null;
      const n = bucket ? (unlabelled ? bucket.events : bucket.labelled) : 0;
      return { t, value, min: value, max: value, n, verdict: null };
    }),
  };
}
