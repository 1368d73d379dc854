import type { DistributionOverTime } from '@leeway/contract';
import { type ValueScale, valueScale } from './scale';
import type { ChartTable } from './table';

/** Quantiles of one bucket: 5 %, 25 %, median, 75 %, 95 %. */
export type FanPoint = { t: number; n: number; q: readonly [number, number, number, number, number] };
/** A fan falls apart into stretches without gaps. */
export type FanDrawing = {
  stretches: FanPoint[][];
  baseline: FanPoint['q'] | null;
  scale: ValueScale;
  empty: boolean;
};

export function prepareFan(data: DistributionOverTime): FanDrawing {
  const stretches: FanPoint[][] = [];
  let run: FanPoint[] = [];
  for (const bucket of data.buckets) {
    const q = five(bucket.quantiles);
    if (!q) {
      if (run.length > 0) stretches.push(run);
      run = [];
      continue;
    }
    run.push({ t: bucket.t, n: bucket.n, q });
  }
  if (run.length > 0) stretches.push(run);
  const baseline = five(data.baseline_quantiles);
  const values = [...stretches.flat().flatMap((point) => [...point.q]), ...(baseline ?? [])];
  return { stretches, baseline, scale: fittedScale(values), empty: stretches.length === 0 };
}

/** Each ridge reaches half as high again as its baseline, so that a share at rest is two thirds of a row high. */
const ROOM = 1.5;

/** One category's share over time, null in a gap. `top` is the share that fills its row. */
export type Ridge = { label: string; shares: (number | null)[]; baseline: number; top: number };
export type RidgeDrawing = { times: number[]; ridges: Ridge[]; left: number; empty: boolean };

/**
 * The categories with the largest share on either side, biggest first; `left` counts the rest. Each is drawn at its
 * own scale, against its own baseline: on a common one the biggest would press all others flat.
 */
export function prepareRidges(data: DistributionOverTime, most: number): RidgeDrawing {
  const all = data.labels.map((label, at) => {
    const shares = data.buckets.map((bucket) => bucket.shares?.[at] ?? null);
    const baseline = data.baseline_shares[at] ?? 0;
    const weight = Math.max(baseline, ...shares.map((share) => share ?? 0));
    return { label, shares, baseline, weight, top: Math.max(0.001, weight, ROOM * baseline) };
  });
  const ridges: Ridge[] = [...all].sort((a, b) => b.weight - a.weight).slice(0, most);
  return {
    times: data.buckets.map((bucket) => bucket.t),
    ridges,
    left: all.length - ridges.length,
    empty: ridges.length === 0 || ridges.every((ridge) => ridge.shares.every((share) => share === null)),
  };
}

/**
 * Time that one bucket of a distribution covers, ms: where counts are kept in coarser steps than were asked for,
 * buckets come further apart than their nominal length.
 */
export function bucketSpan(data: Pick<DistributionOverTime, 'bucket_ms' | 'buckets'>): number {
  const times = data.buckets.filter(({ n }) => n > 0).map(({ t }) => t);
  const steps = times.slice(1).map((t, index) => t - (times[index] ?? t));
  return Math.max(data.bucket_ms, steps.length > 0 ? Math.min(...steps) : 0);
}

export function distributionTable(data: DistributionOverTime): ChartTable {
  const numeric = data.buckets.some((bucket) => bucket.quantiles !== null) || data.labels.length === 0;
  return {
    columns: ['time (UTC)', 'events', ...(numeric ? ['5 %', '25 %', 'median', '75 %', '95 %'] : data.labels)],
    rows: data.buckets.map((bucket) => [
      new Date(bucket.t).toISOString(),
      bucket.n,
      ...(numeric
        ? [0, 1, 2, 3, 4].map((at) => bucket.quantiles?.[at] ?? null)
        : data.labels.map((_, at) => bucket.shares?.[at] ?? null)),
    ]),
  };
}

function five(quantiles: readonly number[] | null): FanPoint['q'] | null {
  if (quantiles?.length !== 5 || !quantiles.every(Number.isFinite)) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = quantiles;
  return [a, b, c, d, e];
}

/** Unlike a count, a feature's value has no reason to start at zero: far from it, the axis fits the data. */
function fittedScale(values: readonly number[]): ValueScale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return valueScale(values, 4, low > 0.4 * high && high > low ? 'values' : 'zero');
}
