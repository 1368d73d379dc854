import { LATENCY_SIGNAL, type Series, type SeriesMetric } from '@leeway/contract';
import { latencyQuantile, latencyTotal, mergeLatencies } from '@leeway/stats';
import { type SparseJson, sparseCounts } from '../counts.js';
import type { Lane } from '../engine/lane.js';
import { sql } from '../sql.js';
import { HOUR_MS, MINUTE_MS } from '../types.js';
import { andVersion, bucketStarts, countsFrom, type SliceKey, stepFor } from './slice.js';

const QUANTILES: Partial<Record<SeriesMetric, number>> = {
  latency_p50: 0.5,
  latency_p95: 0.95,
  latency_p99: 0.99,
};
export const LATENCY_METRICS: ReadonlySet<SeriesMetric> = new Set(Object.keys(QUANTILES) as SeriesMetric[]);

/** A latency quantile over time, of merged log bins (≤ 1 % relative error). Envelope: quantiles of finer steps. */
export async function latencySeries(
  lane: Lane,
  key: SliceKey & { metric: SeriesMetric; points: number },
  horizon: number,
): Promise<Omit<Series, 'thresholds'>> {
  const q = QUANTILES[key.metric];
  if (q === undefined) throw new RangeError(`${key.metric} is no latency metric`);
  const step = stepFor(key, key.points);
  const starts = bucketStarts(key, step);
  const fine = Math.max(
    step > 6 * HOUR_MS ? HOUR_MS : MINUTE_MS,
    Math.floor(step / 6 / MINUTE_MS) * MINUTE_MS,
  );
  const where = sql`model = ${key.model} ${andVersion(key.version)} AND baseline = '' AND segment = ${key.segment} AND signal = ${LATENCY_SIGNAL}`;
  const range = { from: starts[0] ?? key.from, to: key.to };
  const rows = await lane.rows<{ at_ms: number; counts: SparseJson }>(
    sql`SELECT intDiv(toUnixTimestamp(at) * 1000, ${fine}) * ${fine} AS at_ms, sumMap(bins) AS counts
        FROM ${countsFrom('histograms', 'bins', where, range, horizon)} GROUP BY at_ms`,
  );
  const parts = new Map<number, Map<number, number>[]>();
  for (const row of rows) {
    const t = Math.floor(row.at_ms / step) * step;
    const list = parts.get(t);
    if (list) list.push(sparseCounts(row.counts));
    else parts.set(t, [sparseCounts(row.counts)]);
  }
  return {
    metric: key.metric,
    signal: null,
    unit: 'ms',
    bucket_ms: step,
    points: starts.map((t) => {
      const list = parts.get(t) ?? [];
      const merged = mergeLatencies(list);
      const n = latencyTotal(merged);
      if (n === 0) return { t, value: null, min: null, max: null, n: 0, verdict: null };
      const fines = list.map((counts) => latencyQuantile(counts, q)).filter((x) => x !== null);
      return {
        t,
        value: latencyQuantile(merged, q),
        min: Math.min(...fines),
        max: Math.max(...fines),
        n,
        verdict: null,
      };
    }),
  };
}
