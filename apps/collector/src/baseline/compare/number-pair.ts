import type { SignalBins } from '@leeway/contract';
import { FINE_BINS, numericEdges } from '@leeway/stats/numeric-edges';
import { bucketsOf, type PickedBuckets, type PickedValues, type ValueBuckets } from './value-buckets.js';

/** One numeric column of two files: A's bins, both files' counts on them, and the exact KS statistic. */
export interface NumberPair {
  bins: Pick<SignalBins, 'edges'> & { min: number; max: number };
  /** Counts in the numeric layout of `SignalBins`. */
  baseline: number[];
  current: number[];
  /** sup|F − G| over the finite values, ties at once; null when B has none. */
  ks: number | null;
  /** Of the finite values (type 7); null when B has none. */
  medians: { baseline: number; current: number | null };
}

/** A pair, and what the joint signal needs: the values of both files in a sample of rows, the same for every column. */
export interface ColumnPair {
  pair: NumberPair | null;
  samples: readonly [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>];
}

/** Rows of each file that the joint signal is made of; half of A's fit it and the other half is what B is held against. */
export const JOINT_ROWS = 20_000;

/** Pairs columns of plain numbers of two files in other threads, which have begun with all that they can read. */
export interface PairThreads {
  width: number;
  /** One column's pair, asked once; null when it can't be read there. Its samples are of `JOINT_ROWS` rows. */
  pair(column: string): Promise<ColumnPair | null>;
  close(): Promise<void>;
}

/** Pairs two columns, a double a row and NaN where one is missing. Both are put in another order. */
export function pairColumns(
  a: Float64Array<ArrayBuffer>,
  b: Float64Array<ArrayBuffer>,
  sampleRows: number,
): ColumnPair {
  const samples = [spread(a, sampleRows), spread(b, sampleRows)] as const;
  return { pair: pairNumbers(a, b), samples };
}

/**
 * At most `most` values, one of each stretch of rows, at a place that looks drawn: rows often have a rhythm of their
 * own, which the same place in each stretch would fall in with.
 */
function spread(values: Float64Array, most: number): Float64Array<ArrayBuffer> {
  const step = Math.max(1, Math.ceil(values.length / most));
  const last = values.length - 1;
  const found = new Float64Array(Math.ceil(values.length / step));
  for (let i = 0; i < found.length; i++) found[i] = values[Math.min(last, i * step + (scrambled(i) % step))]!;
  return found;
}

/** A whole number that looks drawn, the same for the same one. */
function scrambled(i: number): number {
  const x = Math.imul(i + 1, 0x9e3779b1);
  return Math.imul(x ^ (x >>> 15), 0x85ebca6b) >>> 8;
}

/** Whether a row or vector of A is one to fit on; about half of them, in no rhythm. */
export function fits(i: number): boolean {
  return (scrambled(i) & 1) === 0;
}

/**
 * Bins file A's numbers at their exact quantiles and counts both files on them, without sorting either: only the
 * buckets that hold a wanted order statistic, an edge, or possibly the largest distance of the two distribution
 * functions are put in order. Every figure is the one that sorting would give. O(n + m) unless values crowd together.
 *
 * Null when A has no finite value.
 *
 * @param columnA, columnB NaN where a value is missing; they are changed
 */
export function pairNumbers(
  columnA: Float64Array<ArrayBuffer>,
  columnB: Float64Array<ArrayBuffer>,
): NumberPair | null {
  const buckets = bucketsOf(columnA, columnB);
  const before = buckets.place(columnA, 0);
  const after = buckets.place(columnB, 1);
  const { finite: a, sums: sumsA } = before;
  const { finite: b, sums: sumsB } = after;
  if (a.length === 0) return null;
  const widest = b.length === 0 ? [] : widestBuckets(sumsA, sumsB, a.length, b.length);
  const wantedA = new Uint8Array(buckets.size);
  for (const bucket of widest) wantedA[bucket] = 1;
  for (const place of quantilePlaces(a.length)) wantedA[bucketOfPlace(sumsA, place)] = 1;
  const pickedA = buckets.pick(before, wantedA);
  const at = orderStatistic(sumsA, pickedA);
  const edges = numericEdges({ min: at(0), quantile: (p) => type7(at, a.length, p) }, FINE_BINS);
  const [min, max] = [at(0), at(a.length - 1)];
  const wantedB = new Uint8Array(buckets.size);
  for (const bucket of widest) wantedB[bucket] = 1;
  for (const value of [min, max, ...edges]) wantedB[buckets.of(value)] = 1;
  if (b.length > 0) for (const place of placesOf(0.5, b.length)) wantedB[bucketOfPlace(sumsB, place)] = 1;
  const pickedB = buckets.pick(after, wantedB);
  const below = counter(buckets, sumsB, pickedB);
  return {
    bins: { edges, min, max },
    baseline: [
      before.missing,
      before.negativeInfinity,
      ...countsOf(edges.map(counter(buckets, sumsA, pickedA).less), 0, a.length),
      before.positiveInfinity,
    ],
    current: [
      after.missing,
      after.negativeInfinity + below.less(min),
      ...countsOf(edges.map(below.less), below.less(min), below.lessOrEqual(max)),
      after.positiveInfinity + b.length - below.lessOrEqual(max),
    ],
    ks: b.length === 0 ? null : exactKs(widest, { sumsA, sumsB, pickedA, pickedB, n: a.length, m: b.length }),
    medians: {
      baseline: type7(at, a.length, 0.5),
      current: b.length === 0 ? null : type7(orderStatistic(sumsB, pickedB), b.length, 0.5),
    },
  };
}

/** Places, from 0, of the order statistics that the bins' edges and the median are made of. */
function quantilePlaces(n: number): number[] {
  const places = [0, n - 1, ...placesOf(0.5, n)];
  for (let i = 1; i < FINE_BINS; i++) places.push(...placesOf(i / FINE_BINS, n));
  return places;
}

/** The two places whose values a type-7 quantile lies between. */
function placesOf(p: number, n: number): [number, number] {
  const low = Math.floor((n - 1) * p);
  return [low, Math.min(n - 1, low + 1)];
}

/** Values by their place in the ascending order, of picked buckets alone. */
function orderStatistic(sums: Uint32Array, picked: PickedBuckets): (place: number) => number {
  return (place) => {
    const bucket = bucketOfPlace(sums, place);
    return picked.of(bucket).at(place - sums[bucket]!);
  };
}

/** The type-7 quantile from single order statistics, rounded as `quantileOfSorted` rounds it. */
function type7(at: (place: number) => number, n: number, p: number): number {
  const [low, high] = placesOf(p, n);
  const a = at(low);
  const b = at(high);
  const t = (n - 1) * p - low;
  if (!Number.isFinite(b - a)) return a * (1 - t) + b * t;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/** The bucket that holds the value at a place of the ascending order. O(log buckets). */
function bucketOfPlace(sums: Uint32Array, place: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! <= place) low = middle;
    else high = middle;
  }
  return low;
}

/** How many values of a sample are less, and at most, a value whose bucket was picked or holds none of them. */
function counter(buckets: ValueBuckets, sums: Uint32Array, picked: PickedBuckets) {
  const count = (value: number, passes: (x: number) => boolean): number => {
    const bucket = buckets.of(value);
    const inBucket = sums[bucket + 1]! - sums[bucket]!;
    if (inBucket === 0) return sums[bucket]!;
    const values = picked.of(bucket);
    let low = 0;
    let high = inBucket;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passes(values.at(middle))) low = middle + 1;
      else high = middle;
    }
    return sums[bucket]! + low;
  };
  return {
    less: (value: number) => count(value, (x) => x < value),
    lessOrEqual: (value: number) => count(value, (x) => x <= value),
  };
}

/** Counts between running totals, from `start` to `end`. */
function countsOf(totals: readonly number[], start: number, end: number): number[] {
  const counts: number[] = [];
  let before = start;
  for (const total of [...totals, end]) {
    counts.push(Math.min(end, Math.max(start, total)) - before);
    before = Math.min(end, Math.max(start, total));
  }
  return counts;
}

/**
 * The buckets inside which the largest distance of the two distribution functions may lie: those whose most possible
 * distance reaches the largest distance at any bucket's end.
 */
function widestBuckets(sumsA: Uint32Array, sumsB: Uint32Array, n: number, m: number): number[] {
  let least = 0;
  for (let i = 1; i < sumsA.length; i++) least = Math.max(least, Math.abs(sumsA[i]! / n - sumsB[i]! / m));
  const widest: number[] = [];
  for (let i = 0; i + 1 < sumsA.length; i++) {
    if (sumsA[i] === sumsA[i + 1] && sumsB[i] === sumsB[i + 1]) continue;
    const most = Math.max(sumsA[i + 1]! / n - sumsB[i]! / m, sumsB[i + 1]! / m - sumsA[i]! / n);
    if (most >= least) widest.push(i);
  }
  return widest;
}

interface BothSamples {
  sumsA: Uint32Array;
  sumsB: Uint32Array;
  pickedA: PickedBuckets;
  pickedB: PickedBuckets;
  n: number;
  m: number;
}

/** Walks the wanted buckets value by value; the same quotients as `ksOfSorted`, so the same bits. */
function exactKs(widest: readonly number[], { sumsA, sumsB, pickedA, pickedB, n, m }: BothSamples): number {
  let most = 0;
  for (const bucket of widest) {
    const x = pickedA.of(bucket);
    const y = pickedB.of(bucket);
    let i = 0;
    let j = 0;
    while (i < x.length || j < y.length) {
      const value = Math.min(i < x.length ? x.at(i) : Infinity, j < y.length ? y.at(j) : Infinity);
      i = behind(x, i, value);
      j = behind(y, j, value);
      most = Math.max(most, Math.abs((sumsA[bucket]! + i) / n - (sumsB[bucket]! + j) / m));
    }
  }
  return most;
}

/** The place behind the values that equal `value`, from place `i` on, where none is less. */
function behind(values: PickedValues, i: number, value: number): number {
  // A crowd of equal values has a bucket to itself more often than not.
  if (values.length === 0 || values.at(values.length - 1) === value) return values.length;
  let end = i;
  while (end < values.length && values.at(end) === value) end++;
  return end;
}
