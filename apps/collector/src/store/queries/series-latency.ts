import { LATENCY_SIGNAL, type Series, type SeriesMetric } from '@leeway/contract';
import { latencyQuantile } from '@leeway/stats';
import type { Lane } from '../engine/lane.js';
import { sql } from '../sql.js';
import { HOUR_MS, MINUTE_MS } from '../types.js';
import {
  andVersion,
  bucketStarts,
  countStep,
  countsFrom,
  envelopeStep,
  type Horizon,
  type SliceKey,
} from './slice.js';

const QUANTILES: Partial<Record<SeriesMetric, number>> = {
  latency_p50: 0.5,
  latency_p95: 0.95,
  latency_p99: 0.99,
};
export const LATENCY_METRICS: ReadonlySet<SeriesMetric> = new Set(Object.keys(QUANTILES) as SeriesMetric[]);

type Counts = [bin: number, count: number][];
type Point = Series['points'][number];

/**
 * Latency quantiles over time, of merged log bins (≤ 1 % relative error). The envelope is that of the same quantile in
 * finer steps.
 */
export async function latencySeries(
  lane: Lane,
  key: SliceKey & { metrics: readonly SeriesMetric[]; points: number },
  horizon: Horizon,
): Promise<Omit<Series, 'thresholds'>[]> {
  const step = countStep(key, key.points);
  const starts = bucketStarts(key, step);
  const range = { from: starts[0] ?? key.from, to: key.to };
  const fine = Math.max(
    envelopeStep(range),
    step > 6 * HOUR_MS ? HOUR_MS : MINUTE_MS,
    Math.floor(step / 6 / MINUTE_MS) * MINUTE_MS,
  );
  const where = sql`model = ${key.model} ${andVersion(key.version)} AND baseline = '' AND segment = ${key.segment} AND signal = ${LATENCY_SIGNAL}`;
  const rows = await lane.rows<{ at_ms: number; bins: number[]; n: number[] }>(
    sql`SELECT at_ms, mapKeys(counts) AS bins, mapValues(counts) AS n FROM (
          SELECT intDiv(toUnixTimestamp(at) * 1000, ${fine}) * ${fine} AS at_ms, sumMap(h.bins) AS counts
        FROM ${countsFrom('histograms', 'bins', where, range, horizon, envelopeStep(range))} AS h GROUP BY at_ms)`,
  );
  const parts = new Map<number, Counts[]>();
  for (const row of rows) {
    const t = Math.floor(row.at_ms / step) * step;
    const counts = row.bins.map((bin, i): [number, number] => [bin, row.n[i]!]);
    const list = parts.get(t);
    if (list) list.push(counts);
    else parts.set(t, [counts]);
  }
  const merged = new Map([...parts].map(([t, list]) => [t, mergedCounts(list)]));
  return key.metrics.map((metric) => {
    const q = QUANTILES[metric];
    if (q === undefined) throw new RangeError(`${metric} is no latency metric`);
    return {
      metric,
      signal: null,
      unit: 'ms',
      bucket_ms: step,
      points: starts.map((t) => pointOf(t, q, parts.get(t) ?? [], merged.get(t) ?? [])),
    };
  });
}

function pointOf(t: number, q: number, fines: readonly Counts[], merged: Counts): Point {
  const value = latencyQuantile(merged, q);
  if (value === null) return { t, value: null, min: null, max: null, n: 0, verdict: null };
  let min = value;
  let max = value;
  for (const counts of fines) {
    const at = latencyQuantile(counts, q);
    if (at !== null && at < min) min = at;
    if (at !== null && at > max) max = at;
  }
  return { t, value, min, max, n: merged.reduce((sum, [, count]) => sum + count, 0), verdict: null };
}

/** Counts of several histograms added up, by rising bin. */
function mergedCounts(list: readonly Counts[]): Counts {
  const sums: number[] = [];
  for (const counts of list) for (const [bin, n] of counts) sums[bin] = (sums[bin] ?? 0) + n;
  const found: Counts = [];
  sums.forEach((n, bin) => {
    if (n !== 0) found.push([bin, n]);
  });
  return found;
}
