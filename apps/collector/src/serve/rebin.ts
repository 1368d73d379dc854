import type { Baseline, BaselineSignal } from '@leeway/contract';
import { isNumericSpec } from '@leeway/stats';
import type { Counts } from './compare.js';

/** A bin with more than this many times the usual rows holds a value that repeats. */
const HEAVY = 1.5;

/**
 * A baseline's counts on another baseline's bins. Numbers are spread evenly inside each of their bins (about 120, so
 * the error stays below one bin's share), but for values that repeat; categories move by name. Signals that only one of the two has, or whose
 * kind differs, are left out. The same baseline comes back unchanged.
 */
export function rebin(from: Baseline, to: Baseline): Counts {
  if (from.id === to.id) return new Map(to.signals.map(({ signal, counts }) => [signal, counts]));
  const sources = new Map(from.signals.map((signal) => [signal.signal, signal]));
  const counts = new Map<string, number[]>();
  for (const target of to.signals) {
    const source = sources.get(target.signal);
    if (!source || isNumericSpec(source) !== isNumericSpec(target)) continue;
    counts.set(
      target.signal,
      isNumericSpec(target) ? rebinNumeric(source, target) : rebinCategories(source, target),
    );
  }
  return counts;
}

function rebinCategories(source: BaselineSignal, target: BaselineSignal): number[] {
  const counts = new Array<number>(target.counts.length).fill(0);
  const unseen = counts.length - 1;
  const positions = new Map(target.categories.map((name, i) => [name, i + 1]));
  const add = (position: number, count: number) => {
    counts[position] = counts[position]! + count;
  };
  add(0, source.counts[0]!);
  source.categories.forEach((name, i) => {
    add(positions.get(name) ?? unseen, source.counts[i + 1]!);
  });
  add(unseen - 1, source.counts[source.counts.length - 2]!);
  add(unseen, source.counts[source.counts.length - 1]!);
  return counts;
}

function rebinNumeric(source: BaselineSignal, target: BaselineSignal): number[] {
  const counts = new Array<number>(target.counts.length).fill(0);
  counts[0] = source.counts[0]!;
  if (source.min === null || source.max === null || target.min === null || target.max === null) return counts;
  const bounds = [source.min, ...source.edges, source.max];
  // Starts of the target's bins: below, regular bins, above. A point on `max` still is inside, hence the last bound.
  const starts = [Number.NEGATIVE_INFINITY, target.min, ...target.edges, target.max];
  const usual = median(source.counts.slice(2, -1));
  for (let i = 1; i < source.counts.length; i++) {
    let count = source.counts[i]!;
    if (count === 0) continue;
    const low = i === 1 ? source.min : i === source.counts.length - 1 ? source.max : bounds[i - 2]!;
    const high = i === 1 || i === source.counts.length - 1 ? low : bounds[i - 1]!;
    // Bins are cut at quantiles, so one that holds much more than others begins with a value that repeats (zeros,
    // counts of things): what is too much lies there, not anywhere in the bin.
    if (high > low && count > HEAVY * usual) {
      spread(counts, starts, low, low, count - usual);
      count = usual;
    }
    spread(counts, starts, low, high, count);
  }
  return counts;
}

function median(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Adds `count` rows that lie evenly in [low, high] to the bins that begin at `starts` (bin j + 1 begins there). */
function spread(counts: number[], starts: readonly number[], low: number, high: number, count: number): void {
  for (let j = 0; j < starts.length; j++) {
    const from = starts[j]!;
    const to = starts[j + 1] ?? Number.POSITIVE_INFINITY;
    const last = j === starts.length - 1;
    if (high === low) {
      const inside = last ? low > from : (low >= from && low < to) || (j === starts.length - 2 && low === to);
      if (!inside) continue;
      counts[j + 1] = counts[j + 1]! + count;
      return;
    }
    const overlap = Math.min(high, to) - Math.max(low, from);
    if (overlap > 0) counts[j + 1] = counts[j + 1]! + (count * overlap) / (high - low);
  }
}
