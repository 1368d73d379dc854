import type { SignalBins } from '@leeway/contract';

/** Places of a signal's dense layout (see the contract's `SignalBins`). */
export function denseLength(bins: SignalBins): number {
  return bins.kind === 'numeric' || bins.kind === 'embedding'
    ? bins.edges.length + 4
    : bins.categories.length + 3;
}

/** A `Map(UInt16, Int64)` as JSON gives it. */
export type SparseJson = Readonly<Record<string, number>>;

/** Adds sparse counts to a dense array; places beyond its end (another layout) are an error worth knowing. */
export function addSparse(dense: number[], sparse: SparseJson): void {
  for (const key in sparse) {
    const place = Number(key);
    if (place >= dense.length)
      throw new RangeError(`A stored histogram has bin ${place}, its baseline only ${dense.length}`);
    dense[place]! += sparse[key]!;
  }
}

/** Dense counts by signal from rows of `signal, bins`; signals without rows are all zero. */
export function denseCounts(
  signals: readonly SignalBins[],
  rows: readonly { signal: string; bins: SparseJson }[],
): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const signal of signals) counts.set(signal.signal, new Array<number>(denseLength(signal)).fill(0));
  for (const row of rows) {
    const dense = counts.get(row.signal);
    if (dense) addSparse(dense, row.bins);
  }
  return counts;
}

/** Sparse counts with number keys, without zeros. */
export function sparseCounts(bins: SparseJson): Map<number, number> {
  const counts = new Map<number, number>();
  for (const key in bins) if (bins[key] !== 0) counts.set(Number(key), bins[key]!);
  return counts;
}
