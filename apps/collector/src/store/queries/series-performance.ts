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
/** Events that a chart of one segment, or of ranks, is made from at most. */
const SEGMENT_EVENTS = 300_000;
const RANKED_EVENTS = 50_000;

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
  // Segments have no sums: their events are joined one by one.
  if (key.segment !== '') return joined(lane, key, step, SEGMENT_EVENTS);
  const found = new Map<number, Bucket>();
  const sums = await outcomeBuckets(lane, key, step);
  for (const [t, sum] of sums)
    found.set(t, { events: sum.events, labelled: sum.known, metrics: outcomeMetrics(sum) });
  // Ranks can't be summed up: they come from a share of the events, the same in every question. Without scores and
  // labels there are none.
  const ranked = [...sums.values()].some(({ estimable, known }) => estimable > 0 && known > 0);
  if (!ranked || !key.metrics.includes('auc')) return found;
  for (const [t, bucket] of await joined(lane, key, step, RANKED_EVENTS)) {
    const held = found.get(t) ?? bucket;
    found.set(t, { ...held, metrics: { ...held.metrics, auc: bucket.metrics.auc ?? null } });
  }
  return found;
}

async function joined(lane: Lane, key: SliceKey, step: number, limit: number): Promise<Map<number, Bucket>> {
  const found = await performanceBuckets(lane, key, step, 0, limit);
  return new Map(found.map((bucket) => [bucket.t, bucket]));
}
