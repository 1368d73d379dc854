import type { HistogramBin, SignalBins } from '@leeway/contract';
import { binLabels, coarseBins, groupCounts, isNumericSpec, rangeLabel, regionLabel } from '@leeway/stats';

type Side = HistogramBin['side'];

/** Every stored bin of a signal as people read it, baseline beside current. */
export function fineBins(
  bins: SignalBins,
  baseline: readonly number[],
  current: readonly number[],
): HistogramBin[] {
  const labels = binLabels(bins);
  const bounds = [bins.min, ...bins.edges, bins.max];
  const last = labels.length - 1;
  return labels.map((label, position) => {
    const side = sideOf(bins, position, last);
    // Regions of an embedding have a name, but their number is no value.
    const regular = side === null && isNumericSpec(bins) && !bins.embedding;
    return {
      label,
      from: regular ? (bounds[position - 2] ?? null) : null,
      to: regular ? (bounds[position - 1] ?? null) : null,
      side,
      baseline: baseline[position] ?? 0,
      current: current[position] ?? 0,
    };
  });
}

function sideOf(bins: SignalBins, position: number, last: number): Side {
  if (position === 0) return 'missing';
  if (isNumericSpec(bins)) return position === 1 ? 'below' : position === last ? 'above' : null;
  return position === last - 1 ? 'other' : position === last ? 'unseen' : null;
}

/**
 * About `wanted` bins of equal baseline mass, the ones PSI is computed on, but with values below and above the
 * baseline's range drawn apart instead of inside the end bins.
 */
export function coarseHistogram(
  bins: SignalBins,
  baseline: readonly number[],
  current: readonly number[],
  wanted: number,
): HistogramBin[] {
  const fine = fineBins(bins, baseline, current);
  const groups = coarseBins(bins, baseline, wanted);
  const regular: HistogramBin[] = [];
  const sides = new Map<NonNullable<Side>, HistogramBin>();
  for (const group of groups) {
    const inner = group.from.filter((position) => fine[position]!.side === null);
    for (const position of group.from) {
      const bin = fine[position]!;
      if (bin.side !== null) sides.set(bin.side, bin);
    }
    if (inner.length === 0) continue;
    if (group.role === 'other') sides.set('other', merged(fine, [...inner, fine.length - 2], 'other'));
    else regular.push(isNumericSpec(bins) ? range(bins, fine, inner) : fine[inner[0]!]!);
  }
  const order: NonNullable<Side>[] = ['missing', 'below', 'above', 'other', 'unseen'];
  return [...regular, ...order.flatMap((side) => sides.get(side) ?? [])];
}

function merged(fine: readonly HistogramBin[], positions: readonly number[], side: 'other'): HistogramBin {
  const [baseline, current] = (['baseline', 'current'] as const).map(
    (sample) =>
      groupCounts(
        [{ role: 'other', from: [...positions] }],
        fine.map((bin) => bin[sample]),
      )[0]!,
  );
  return { label: side, from: null, to: null, side, baseline: baseline!, current: current! };
}

function range(bins: SignalBins, fine: readonly HistogramBin[], positions: readonly number[]): HistogramBin {
  const first = fine[positions[0]!]!;
  const end = fine[positions[positions.length - 1]!]!;
  const lastRegular = positions[positions.length - 1] === fine.length - 2;
  let baseline = 0;
  let current = 0;
  for (const position of positions) {
    baseline += fine[position]!.baseline;
    current += fine[position]!.current;
  }
  return {
    label: bins.embedding ? regionLabel(positions) : rangeLabel(first.from, end.to, lastRegular),
    from: first.from,
    to: end.to,
    side: null,
    baseline,
    current,
  };
}
