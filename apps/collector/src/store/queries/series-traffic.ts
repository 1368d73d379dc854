import type { Series, SeriesMetric } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { raw, sql } from '../sql.js';
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

type Bare = Omit<Series, 'thresholds'>;
type Sums = {
  requests: number;
  errors: number;
  rejected: number;
  tokens_input: number;
  tokens_output: number;
};

const UNITS: Partial<Record<SeriesMetric, string>> = {
  throughput: 'events/s',
  errors: 'errors',
  error_rate: 'share',
  rejected: 'events',
  tokens_input: 'tokens',
  tokens_output: 'tokens',
};
export const TRAFFIC_METRICS: ReadonlySet<SeriesMetric> = new Set(Object.keys(UNITS) as SeriesMetric[]);
const SUMS = ['requests', 'errors', 'rejected', 'tokens_input', 'tokens_output'] as const;

/** Counts of requests, errors, rejections and tokens over time; the envelope is that of the finest steps kept. */
export async function trafficSeries(
  lane: Lane,
  key: SliceKey & { metrics: readonly SeriesMetric[]; points: number },
  horizon: Horizon,
): Promise<Bare[]> {
  const step = countStep(key, key.points);
  const starts = bucketStarts(key, step);
  const where = sql`model = ${key.model} ${andVersion(key.version)} AND segment = ${key.segment}`;
  const range = { from: starts[0] ?? key.from, to: key.to };
  // Up to a few hundred fine steps a bucket are folded here, so that no short breach disappears in a mean.
  const fine = Math.max(envelopeStep(range), step <= 6 * HOUR_MS ? MINUTE_MS : HOUR_MS);
  const rows = await lane.rows<Sums & { at_ms: number }>(
    sql`SELECT intDiv(toUnixTimestamp(at) * 1000, ${fine}) * ${fine} AS at_ms, ${raw(SUMS.map((c) => `sum(t.${c}) AS ${c}`).join(', '))}
        FROM ${countsFrom('traffic', SUMS.join(', '), where, range, horizon, fine)} AS t GROUP BY at_ms ORDER BY at_ms`,
  );
  return key.metrics.map((metric) => ({
    metric,
    signal: null,
    unit: UNITS[metric] ?? '',
    bucket_ms: step,
    points: pointsOf(metric, rows, { starts, step, fine, to: key.to }),
  }));
}

function pointsOf(
  metric: SeriesMetric,
  rows: readonly (Sums & { at_ms: number })[],
  axis: { starts: readonly number[]; step: number; fine: number; to: number },
): Bare['points'] {
  const buckets = new Map<number, { total: Sums; low: number; high: number }>();
  for (const row of rows) {
    const value = figureOf(metric, row, axis.fine);
    const t = Math.floor(row.at_ms / axis.step) * axis.step;
    const held = buckets.get(t);
    if (!held) buckets.set(t, { total: { ...row }, low: value ?? Infinity, high: value ?? -Infinity });
    else {
      for (const name of SUMS) held.total[name] += row[name];
      if (value !== null) {
        held.low = Math.min(held.low, value);
        held.high = Math.max(held.high, value);
      }
    }
  }
  return axis.starts.map((t) => {
    const held = buckets.get(t);
    if (!held) return { t, value: null, min: null, max: null, n: 0, verdict: null };
    // The newest bucket has not ended: a rate over its whole length would look like a drop.
    const length = Math.max(MINUTE_MS, Math.min(t + axis.step, axis.to) - t);
    const value = figureOf(metric, held.total, length);
    const bound = (x: number) => (Number.isFinite(x) ? x : null);
    return { t, value, min: bound(held.low), max: bound(held.high), n: held.total.requests, verdict: null };
  });
}

function figureOf(metric: SeriesMetric, sums: Sums, lengthMs: number): number | null {
  switch (metric) {
    case 'throughput':
      return sums.requests / (lengthMs / 1000);
    case 'error_rate':
      return sums.requests === 0 ? null : sums.errors / sums.requests;
    case 'errors':
      return sums.errors;
    case 'rejected':
      return sums.rejected;
    case 'tokens_input':
      return sums.tokens_input;
    case 'tokens_output':
      return sums.tokens_output;
    default:
      throw new RangeError(`${metric} is no metric of traffic`);
  }
}
