import { type Series, type SeriesMetric, type VerdictKind, worstVerdict } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { moment, raw, sql } from '../sql.js';
import { andVersion, bucketStarts, type SliceKey, stepFor } from './slice.js';

type Bare = Omit<Series, 'thresholds'>;

/** Columns behind the metrics that verdicts carry: value (with its lowest) and highest. */
const COLUMNS: Partial<Record<SeriesMetric, { low: string; high: string; unit: string }>> = {
  psi: { low: 'psi_debiased', high: 'psi_debiased', unit: 'PSI' },
  // Binned counts bracket the exact statistic: the line is the end that is certain, the envelope shows both.
  ks: { low: 'ks_low', high: 'ks_high', unit: 'KS' },
  js: { low: 'js_distance', high: 'js_distance', unit: 'JS distance' },
  missing: { low: 'missing_current', high: 'missing_current', unit: 'share' },
  out_of_range: { low: 'out_of_range_share', high: 'out_of_range_share', unit: 'share' },
  unseen: { low: 'unseen_share', high: 'unseen_share', unit: 'share' },
};
export const DRIFT_METRICS: ReadonlySet<SeriesMetric> = new Set(Object.keys(COLUMNS) as SeriesMetric[]);

/** A drift or quality metric of one signal, or the worst over all signals, by the end of the windows. */
export async function driftSeries(
  lane: Lane,
  key: SliceKey & { metric: SeriesMetric; signal?: string; points: number },
): Promise<Bare> {
  const column = COLUMNS[key.metric];
  if (!column) throw new RangeError(`${key.metric} is no metric of verdicts`);
  const step = stepFor(key, key.points);
  const starts = bucketStarts(key, step);
  const signal = key.signal === undefined ? sql`` : sql`AND signal = ${key.signal}`;
  const rows = await lane.rows<{
    t: number;
    value: number | null;
    low: number | null;
    high: number | null;
    n: number;
    verdicts: VerdictKind[];
  }>(
    sql`SELECT intDiv(toUnixTimestamp64Milli(window_end) - 1, ${step}) * ${step} AS t,
          max(${raw(column.low)}) AS value, min(${raw(column.low)}) AS low, max(${raw(column.high)}) AS high,
          argMax(n_current, ifNull(${raw(column.low)}, -1)) AS n, groupUniqArray(verdict) AS verdicts
        FROM verdicts FINAL
        WHERE model = ${key.model} ${andVersion(key.version)} AND segment = ${key.segment} ${signal}
          AND window_end > ${moment(starts[0] ?? key.from)} AND window_end <= ${moment(key.to)}
        GROUP BY t`,
  );
  const byStart = new Map(rows.map((row) => [row.t, row]));
  return {
    metric: key.metric,
    signal: key.signal ?? null,
    unit: column.unit,
    bucket_ms: step,
    points: starts.map((t) => {
      const row = byStart.get(t);
      if (!row) return { t, value: null, min: null, max: null, n: 0, verdict: null };
      return {
        t,
        value: row.value,
        min: row.low,
        max: row.high,
        n: row.n,
        verdict: worstVerdict(row.verdicts),
      };
    }),
  };
}
