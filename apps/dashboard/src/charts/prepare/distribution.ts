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

/** One category's share over time, null in a gap. */
export type Ridge = { label: string; shares: (number | null)[]; baseline: number };
export type RidgeDrawing = { times: number[]; ridges: Ridge[]; top: number; left: number; empty: boolean };

/** The categories with the largest share on either side, biggest baseline share first; `left` counts the rest. */
export function prepareRidges(data: DistributionOverTime, most: number): RidgeDrawing {
  const all = data.labels.map<Ridge>((label, at) => ({
    label,
    shares: data.buckets.map((bucket) => bucket.shares?.[at] ?? null),
    baseline: data.baseline_shares[at] ?? 0,
  }));
  const weight = (ridge: Ridge) => Math.max(ridge.baseline, ...ridge.shares.map((share) => share ?? 0));
  const ridges = [...all].sort((a, b) => weight(b) - weight(a)).slice(0, most);
  return {
    times: data.buckets.map((bucket) => bucket.t),
    ridges,
    top: Math.max(0.01, ...ridges.map(weight)),
    left: all.length - ridges.length,
    empty: ridges.length === 0 || ridges.every((ridge) => ridge.shares.every((share) => share === null)),
  };
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
  return valueScale(values, 4, !(low > 0.4 * high && high > low));
}
