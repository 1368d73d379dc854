import { LATENCY_SIGNAL, type Series, type SeriesMetric } from '@leeway/contract';
import { latencyValue } from '@leeway/stats';
import type { Lane } from '../engine/lane.js';
import { join, type Sql, sql } from '../sql.js';
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

type Point = Series['points'][number];

/** Bin of the smallest latency with at least a share `q` at or below it, of bins that count something; 1-based ranks. */
function binAt(counts: Sql, q: number): Sql {
  return sql`mapKeys(${counts})[arrayFirstIndex(seen -> seen >= ceil(${q} * arraySum(mapValues(${counts}))), arrayCumSum(mapValues(${counts})))]`;
}

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
  const quantiles = key.metrics.map((metric) => {
    const q = QUANTILES[metric];
    if (q === undefined) throw new RangeError(`${metric} is no latency metric`);
    return q;
  });
  const binsOf = (counts: Sql) =>
    join(
      quantiles.map((q) => binAt(counts, q)),
      ', ',
    );
  const rows = await lane.rows<Row>(
    sql`SELECT t, arraySum(mapValues(merged)) AS n, [${binsOf(sql`merged`)}] AS bins, low, high FROM (
          SELECT intDiv(at_ms, ${step}) * ${step} AS t, sumMap(counts) AS merged,
            minForEach([${binsOf(sql`counts`)}]) AS low, maxForEach([${binsOf(sql`counts`)}]) AS high
          FROM (
            SELECT intDiv(toUnixTimestamp(at) * 1000, ${fine}) * ${fine} AS at_ms, sumMap(h.bins) AS counts
            FROM ${countsFrom('histograms', 'bins', where, range, horizon, envelopeStep(range))} AS h GROUP BY at_ms)
          WHERE arraySum(mapValues(counts)) > 0 GROUP BY t)`,
  );
  const byStart = new Map(rows.map((row) => [row.t, row]));
  return key.metrics.map((metric, i) => ({
    metric,
    signal: null,
    unit: 'ms',
    bucket_ms: step,
    points: starts.map((t) => pointOf(t, i, byStart.get(t))),
  }));
}

/** One step: latencies counted, and by metric the bin of its quantile in all and the outermost in finer steps. */
interface Row {
  t: number;
  n: number;
  bins: number[];
  low: number[];
  high: number[];
}

function pointOf(t: number, metric: number, row: Row | undefined): Point {
  if (row === undefined) return { t, value: null, min: null, max: null, n: 0, verdict: null };
  const value = row.bins[metric]!;
  return {
    t,
    value: latencyValue(value),
    min: latencyValue(Math.min(value, row.low[metric]!)),
    max: latencyValue(Math.max(value, row.high[metric]!)),
    n: row.n,
    verdict: null,
  };
}
