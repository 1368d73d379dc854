import type { BaselineSignal, LeftOut, SignalBins, SignalKind, SignalRole } from '@leeway/contract';
import { FINE_BINS, numericEdges, quantileOfSorted } from '@leeway/stats';
import { NAMED_CATEGORIES, TAIL_CATEGORIES, tooManyCategories } from './choose-columns.js';
import type { TrainingFile } from './ports.js';

const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

export interface SignalName {
  signal: string;
  column: string;
  kind: SignalKind;
  role: SignalRole;
}

/** Everything of a signal that its values alone tell; φ and the hours of the week come later. */
export type ProfiledSignal = Omit<BaselineSignal, 'phi' | 'seasonal' | 'importance'>;

/** Profiles one column, or says why it can't be. */
export async function profileSignal(
  file: TrainingFile,
  name: SignalName,
): Promise<{ signal: ProfiledSignal } | { leftOut: LeftOut }> {
  if (name.kind !== 'numeric' && name.kind !== 'embedding') return profileCategories(file, name);
  const signal = profileNumbers(file.rows, name, await file.numbers(name.column));
  return signal ? { signal } : { leftOut: noNumber(name.column) };
}

/** Why a numeric column without a finite value is left out. */
export function noNumber(column: string): LeftOut {
  return { column, code: 'all_missing', message: 'has no finite number in any row' };
}

/** Profiles a numeric column from its values in ascending order, null without a finite one. Pure, O(n). */
export function profileNumbers(
  rows: number,
  name: SignalName,
  values: Awaited<ReturnType<TrainingFile['numbers']>>,
): ProfiledSignal | null {
  const { finite, missing, negativeInfinity, positiveInfinity } = values;
  const first = finite[0];
  const last = finite[finite.length - 1];
  if (first === undefined || last === undefined) return null;
  const edges = numericEdges(finite, FINE_BINS).map(plainZero);
  const { mean, std } = moments(finite);
  return {
    ...binsOf(name),
    edges,
    min: plainZero(first),
    max: plainZero(last),
    counts: [missing, negativeInfinity, ...countSorted(finite, edges), positiveInfinity],
    rows,
    mean,
    std,
    quantiles: QUANTILES.map((p) => quantileOfSorted(finite, p)),
  };
}

/** Minus zero equals zero, but texts of the two differ. */
function plainZero(x: number): number {
  return x === 0 ? 0 : x;
}

/** Counts of `[e_i, e_{i+1})` from ascending values: one halving search an edge, O(k log n). */
export function countSorted(sorted: ArrayLike<number>, edges: readonly number[]): number[] {
  const counts: number[] = [];
  let before = 0;
  for (const edge of edges) {
    let low = before;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < edge) low = middle + 1;
      else high = middle;
    }
    counts.push(low - before);
    before = low;
  }
  counts.push(sorted.length - before);
  return counts;
}

/** Mean and standard deviation; null where the values are so large that they can't be told. */
function moments(values: ArrayLike<number>): { mean: number | null; std: number | null } {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const step = values[i]! - mean;
    mean += step / (i + 1);
    squares += step * (values[i]! - mean);
  }
  const std = Math.sqrt(squares / values.length);
  return { mean: Number.isFinite(mean) ? mean : null, std: Number.isFinite(std) ? std : null };
}

async function profileCategories(
  file: TrainingFile,
  name: SignalName,
): Promise<{ signal: ProfiledSignal } | { leftOut: LeftOut }> {
  const { counts, missing } = await file.values(name.column, NAMED_CATEGORIES + TAIL_CATEGORIES);
  const named = counts.slice(0, NAMED_CATEGORIES);
  // A boolean that the training data shows one side of still has two: the other one is not unseen but empty.
  if (name.kind === 'boolean')
    for (const value of ['true', 'false'])
      if (!named.some((one) => one.value === value)) named.push({ value, count: 0 });
  const listed = counts.reduce((total, one) => total + one.count, missing);
  if (listed < file.rows) return { leftOut: tooManyCategories(name.column, null) };
  const tail = counts.slice(NAMED_CATEGORIES);
  const sum = named.reduce((total, one) => total + one.count, 0);
  const signal: ProfiledSignal = {
    ...binsOf(name),
    categories: named.map((one) => one.value),
    tail: tail.map((one) => one.value),
    singletons: counts.filter((one) => one.count === 1).length,
    counts: [missing, ...named.map((one) => one.count), file.rows - missing - sum, 0],
    rows: file.rows,
    mean: null,
    std: null,
    quantiles: null,
  };
  return { signal };
}

function binsOf(name: SignalName): SignalBins {
  return {
    signal: name.signal,
    kind: name.kind,
    role: name.role,
    edges: [],
    min: null,
    max: null,
    categories: [],
  };
}
