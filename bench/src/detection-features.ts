import {
  type BinSpec,
  binCount,
  compileCategoricalBinner,
  compileNumericBinner,
  FINE_BINS,
  numericEdges,
} from '@leeway/stats';
import type { Random } from './detection-random.js';

/** Rows of the simulated training data. */
export const BASELINE_ROWS = 10_000;

/** A simulated signal: its baseline, and a way to draw windows of it. */
export interface Feature {
  spec: BinSpec;
  baseline: number[];
  /** Ascending baseline values; null for categorical features. */
  sorted: Float64Array | null;
  /** Counts of a fresh window, and its values where they are numbers. Numbers are stretched, then shifted. */
  draw(rows: number, shift: number, stretch?: number): { counts: number[]; values: Float64Array | null };
}

/** A feature of the standard normal law, the one the calibration is stated for. */
export function normalFeature(rng: Random): Feature {
  return numericFeature(() => rng.normal());
}

/** A numeric feature of any law; every value can be stretched and shifted. */
export function numericFeature(value: () => number): Feature {
  const all = Float64Array.from({ length: BASELINE_ROWS }, value);
  const sorted = all.filter((x) => !Number.isNaN(x)).sort();
  const spec: BinSpec = {
    kind: 'numeric',
    edges: numericEdges(sorted, FINE_BINS),
    min: sorted[0]!,
    max: sorted[sorted.length - 1]!,
    categories: [],
  };
  const binner = compileNumericBinner(spec);
  const size = binCount(spec);
  const count = (values: Float64Array) => {
    const counts = new Array<number>(size).fill(0);
    for (const x of values) counts[binner(x)]!++;
    return counts;
  };
  return {
    spec,
    sorted,
    baseline: count(all),
    draw: (rows, shift, stretch = 1) => {
      const values = new Float64Array(rows);
      for (let i = 0; i < rows; i++) values[i] = value() * stretch + shift;
      return { counts: count(values), values };
    },
  };
}

/** A categorical feature whose k-th category is drawn with weight 1/k^power: many rare ones, some never in training. */
export function zipfFeature(rng: Random, categories: number, power: number): Feature {
  const edges: number[] = [];
  let sum = 0;
  for (let k = 1; k <= categories; k++) {
    sum += k ** -power;
    edges.push(sum);
  }
  const name = () => {
    const u = rng.uniform() * sum;
    let low = 0;
    let high = edges.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! <= u) low = middle + 1;
      else high = middle;
    }
    return `c${low}`;
  };
  const seen = new Map<string, number>();
  for (let i = 0; i < BASELINE_ROWS; i++) {
    const c = name();
    seen.set(c, (seen.get(c) ?? 0) + 1);
  }
  const names = [...seen].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([c]) => c);
  const spec: BinSpec = {
    kind: 'categorical',
    edges: [],
    min: null,
    max: null,
    categories: names.slice(0, 100),
    tail: names.slice(100),
  };
  const binner = compileCategoricalBinner(spec);
  const baseline = new Array<number>(binCount(spec)).fill(0);
  for (const [c, rows] of seen) baseline[binner(c)]! += rows;
  return {
    spec,
    sorted: null,
    baseline,
    draw: (rows) => {
      const counts = new Array<number>(baseline.length).fill(0);
      for (let i = 0; i < rows; i++) counts[binner(name())]!++;
      return { counts, values: null };
    },
  };
}

/** Fifty features as models have them: normal, heavy-tailed, zero-inflated, counters, ratings, categories, rare nulls. */
export function mixedFeatures(rng: Random): Feature[] {
  const makers: (() => Feature)[] = [
    () => normalFeature(rng),
    () => numericFeature(() => Math.exp(2 * rng.normal())),
    () => numericFeature(() => (rng.uniform() < 0.7 ? 0 : rng.uniform())),
    () => numericFeature(() => Math.floor(rng.uniform() * 5)),
    () => numericFeature(() => Math.floor(-8 * Math.log(1 - rng.uniform()))),
    () => numericFeature(() => (rng.uniform() < 0.003 ? Number.NaN : rng.normal())),
    () => zipfFeature(rng, 3, 1),
    () => zipfFeature(rng, 30, 1),
    () => zipfFeature(rng, 500, 1.1),
    () => zipfFeature(rng, 5000, 1.3),
  ];
  return Array.from({ length: 50 }, (_, i) => makers[i % makers.length]!());
}
