import type { BaselineSignal, DistributionOverTime } from '@leeway/contract';
import { BEYOND_REGIONS, binLabels, isNumericSpec, regionLabel } from '@leeway/stats';
import { binnedQuantile } from './binned-quantile.js';

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
/** Categories drawn on their own; the rest is one band. */
const MOST_CATEGORIES = 20;

/** A signal's distribution bucket by bucket. Pure; buckets without rows have nulls, so that charts show gaps. */
export function distributionOverTime(
  signal: BaselineSignal,
  buckets: readonly { t: number; counts: readonly number[] }[],
  bucketMs: number,
): DistributionOverTime {
  // The number of an embedding's region is no value: regions are told apart like categories.
  const numeric = isNumericSpec(signal) && !signal.embedding;
  const groups = numeric ? [] : signal.embedding ? regionGroups(signal) : categoryGroups(signal);
  const shares = (counts: readonly number[]) => {
    const n = sum(counts);
    return groups.map(({ positions }) => sum(positions.map((i) => counts[i] ?? 0)) / n);
  };
  return {
    signal: signal.signal,
    kind: signal.kind,
    bucket_ms: bucketMs,
    labels: groups.map(({ label }) => label),
    buckets: buckets.map(({ t, counts }) => {
      const n = sum(counts);
      return {
        t,
        n,
        quantiles: numeric ? quantiles(signal, counts) : null,
        shares: numeric || n === 0 ? null : shares(counts),
      };
    }),
    baseline_quantiles: numeric ? quantiles(signal, signal.counts) : null,
    baseline_shares: numeric || sum(signal.counts) === 0 ? [] : shares(signal.counts),
  };
}

function quantiles(signal: BaselineSignal, counts: readonly number[]): number[] | null {
  const values = QUANTILES.map((q) => binnedQuantile(signal, counts, q));
  return values.every((value) => value !== null) ? (values as number[]) : null;
}

/** The largest categories, then everything else by kind of bin. */
function categoryGroups(signal: BaselineSignal): { label: string; positions: number[] }[] {
  const labels = binLabels(signal);
  const kept = signal.categories.slice(0, MOST_CATEGORIES).map((label, i) => ({ label, positions: [i + 1] }));
  const rest: number[] = [];
  for (let i = MOST_CATEGORIES; i < signal.categories.length; i++) rest.push(i + 1);
  return [
    ...kept,
    { label: 'other', positions: [...rest, labels.length - 2] },
    { label: 'unseen', positions: [labels.length - 1] },
    { label: 'missing', positions: [0] },
  ];
}

/** Each region, near and far together, and what lies beyond them all. */
function regionGroups(signal: BaselineSignal): { label: string; positions: number[] }[] {
  const regions = Math.ceil((signal.edges.length + 1) / 2);
  const inside = Array.from({ length: regions }, (_, i) => [2 * i + 2, 2 * i + 3]);
  return [
    ...inside.map((positions) => ({ label: regionLabel(positions), positions })),
    { label: BEYOND_REGIONS, positions: [signal.edges.length + 3] },
    { label: 'missing', positions: [0] },
  ];
}

function sum(counts: readonly number[]): number {
  let all = 0;
  for (const count of counts) all += count;
  return all;
}
