import type { ComparedHistogram, HistogramBin } from '@leeway/contract';
import type { ChartTable } from './table';

/** One bin as drawn. `x0` and `x1` are 0..1 across the regular bins; shares are of each side's events. */
export type Bar = {
  label: string;
  x0: number;
  x1: number;
  from: number | null;
  to: number | null;
  baseline: number;
  current: number;
};
export type SideBar = {
  label: string;
  side: NonNullable<HistogramBin['side']>;
  baseline: number;
  current: number;
};

/** `value`: equal widths on the value axis, shows the shape. `bin`: one slot for each of the baseline's bins. */
export type HistogramMode = 'value' | 'bin';

export type HistogramDrawing = {
  mode: HistogramMode;
  bars: Bar[];
  sides: SideBar[];
  /** Highest share of any bin, for the axis. */
  top: number;
  nBaseline: number;
  nCurrent: number;
  /** Value axis bounds in `value` mode. */
  domain: [number, number] | null;
};

const VALUE_BINS = 32;
const SIDE_WORDS: Record<NonNullable<HistogramBin['side']>, string> = {
  missing: 'missing',
  below: 'below',
  above: 'above',
  other: 'other',
  unseen: 'unseen',
};

/** The modes that make sense for a pair, the better one first. */
export function histogramModes(pair: ComparedHistogram): HistogramMode[] {
  if (pair.kind !== 'numeric' && pair.kind !== 'embedding') return ['bin'];
  const spread = onValueAxis(pair.fine.length > 0 ? pair.fine : pair.bins);
  if (!spread) return ['bin'];
  const total = spread.bars.reduce((sum, bar) => sum + bar.baseline, 0);
  // A long tail puts nearly everything in one slot of a linear axis: then the bins tell more.
  const visible = spread.bars.filter((bar) => bar.baseline > 0.02 * total).length;
  return visible >= 4 ? ['value', 'bin'] : ['bin', 'value'];
}

/** Baseline and current as shares on shared bins, side bins apart. */
export function prepareHistogram(pair: ComparedHistogram, mode: HistogramMode): HistogramDrawing {
  const spread = mode === 'value' ? onValueAxis(pair.fine.length > 0 ? pair.fine : pair.bins) : null;
  const nBaseline = total(pair.bins, 'baseline');
  const nCurrent = total(pair.bins, 'current');
  const regular = pair.bins.filter((bin) => bin.side === null);
  const counted =
    spread?.bars ??
    regular.map((bin, index) => ({
      label: bin.label,
      x0: index / regular.length,
      x1: (index + 1) / regular.length,
      from: bin.from,
      to: bin.to,
      baseline: bin.baseline,
      current: bin.current,
    }));
  const bars = counted.map((bar) => ({
    ...bar,
    baseline: share(bar.baseline, nBaseline),
    current: share(bar.current, nCurrent),
  }));
  const sides = pair.bins.flatMap((bin) =>
    bin.side === null
      ? []
      : [
          {
            label: sideLabel(bin),
            side: bin.side,
            baseline: share(bin.baseline, nBaseline),
            current: share(bin.current, nCurrent),
          },
        ],
  );
  return {
    mode: spread ? 'value' : 'bin',
    bars,
    sides,
    top: Math.max(0.01, ...bars.map(peak), ...sides.map(peak)),
    nBaseline,
    nCurrent,
    domain: spread?.domain ?? null,
  };
}

/** Every bin of the baseline with counts and shares of both sides. */
export function histogramTable(pair: ComparedHistogram): ChartTable {
  const nBaseline = total(pair.bins, 'baseline');
  const nCurrent = total(pair.bins, 'current');
  return {
    columns: ['bin', 'baseline events', 'baseline share', 'current events', 'current share', 'difference'],
    rows: pair.bins.map((bin) => {
      const a = share(bin.baseline, nBaseline);
      const b = share(bin.current, nCurrent);
      return [bin.side ? sideLabel(bin) : bin.label, bin.baseline, a, bin.current, b, b - a];
    }),
  };
}

/**
 * Counts moved from bins of any width to slots of equal width, each bin spread evenly over the slots it covers.
 * Null when the bins span no finite range.
 */
function onValueAxis(bins: readonly HistogramBin[]): { bars: Bar[]; domain: [number, number] } | null {
  const regular = bins.filter((bin) => bin.side === null && bin.from !== null && bin.to !== null);
  const low = Math.min(...regular.map((bin) => bin.from ?? 0));
  const high = Math.max(...regular.map((bin) => bin.to ?? 0));
  if (regular.length < 2 || !Number.isFinite(high - low) || high <= low) return null;
  const width = (high - low) / VALUE_BINS;
  const bars: Bar[] = Array.from({ length: VALUE_BINS }, (_, i) => ({
    label: '',
    x0: i / VALUE_BINS,
    x1: (i + 1) / VALUE_BINS,
    from: low + i * width,
    to: low + (i + 1) * width,
    baseline: 0,
    current: 0,
  }));
  for (const bin of regular) {
    const from = bin.from ?? low;
    const to = bin.to ?? high;
    const first = Math.min(VALUE_BINS - 1, Math.floor((from - low) / width));
    const last = Math.min(VALUE_BINS - 1, Math.max(first, Math.ceil((to - low) / width) - 1));
    for (let i = first; i <= last; i++) {
      const bar = bars[i];
      if (!bar) continue;
      const part =
        to > from ? (Math.min(to, low + (i + 1) * width) - Math.max(from, low + i * width)) / (to - from) : 1;
      bar.baseline += bin.baseline * Math.max(0, part);
      bar.current += bin.current * Math.max(0, part);
    }
  }
  return { bars, domain: [low, high] };
}

function sideLabel(bin: HistogramBin): string {
  return bin.side === null ? bin.label : bin.label || SIDE_WORDS[bin.side];
}

function total(bins: readonly HistogramBin[], side: 'baseline' | 'current'): number {
  return bins.reduce((sum, bin) => sum + bin[side], 0);
}

function share(count: number, of: number): number {
  return of > 0 ? count / of : 0;
}

function peak(bar: { baseline: number; current: number }): number {
  return Math.max(bar.baseline, bar.current);
}
