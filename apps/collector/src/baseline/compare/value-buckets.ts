import type { ColumnNumbers } from '../ports.js';

/**
 * Two samples spread over the same few thousand buckets of ascending values, so that order statistics and the
 * distance of the distribution functions need only a few buckets sorted and not all values.
 *
 * A bucket is a stretch of the bits of a double: the upper 16 choose a cell (sign, exponent, four bits of the
 * fraction), and a cell that holds many values is cut into up to 65,536 buckets by the next 16 bits. Equal values are
 * always in one bucket, and buckets ascend as their values do.
 */
export interface ValueBuckets {
  size: number;
  /** Bucket of a finite value. */
  of(value: number): number;
  /** Moves the finite values of a column to its front, in place and −0 as +0, and says where each lies. O(n). */
  place(column: Float64Array<ArrayBuffer>, side: 0 | 1): PlacedNumbers;
  /** The values of the wanted buckets, each bucket ascending. */
  pick(sample: PlacedNumbers, wanted: Uint8Array): PickedBuckets;
}

/** The numbers of one column, in any order, and how many rows hold something else. */
export interface PlacedNumbers extends ColumnNumbers {
  /** Bucket of each finite value, in memory that the next sample of the same side uses again. */
  places: Uint32Array;
  /** `sums[i]` = values in buckets before i; one entry more than there are buckets. */
  sums: Uint32Array;
}

export interface PickedBuckets {
  /** Values of one wanted bucket, ascending. */
  of(bucket: number): PickedValues;
}
export interface PickedValues {
  length: number;
  at(place: number): number;
}

const CELLS = 65_536;
/** Cells of finite values; those outside are of infinities and NaN. */
const FINITE_FROM = 0x10;
const FINITE_TO = 0xfff0;
/** Upper halves of doubles: the bits of the exponent, all set in infinities and NaN, and −0. */
const EXPONENT = 0x7ff0_0000;
const MINUS_ZERO = -0x8000_0000;
/** Values that a bucket holds, about, where values differ. */
const VALUES_A_BUCKET = 64;
const SHORT = 48;
/** Values in one bucket from which on they are taken to be equal until two differ. */
const CROWD = 1_024;
/** How a bucket's values are picked; 0 = not at all. */
const AS_MANY = 1;
const AS_ONE = 2;
/** Of samples with many times `COUNTED` values only one in `SPARED` is looked at to lay the buckets. */
const COUNTED = 1_000;
const SPARED = 31;

/** Where the values of either side lie; kept, as fresh memory for every column costs more than filling it. */
const placesOfSide: [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>] = [
  new Uint32Array(0),
  new Uint32Array(0),
];

/**
 * Lays buckets over two columns, a double a row and NaN where one is missing. How finely a cell is cut is told from one
 * value in many: it decides how much there is to sort and nothing else.
 */
export function bucketsOf(a: Float64Array<ArrayBuffer>, b: Float64Array<ArrayBuffer>): ValueBuckets {
  const { layout, size } = layCells(a, b);
  const one = new Float64Array(1);
  const oneHalf = new Int32Array(one.buffer);
  return {
    size,
    of(value) {
      one[0] = value + 0;
      return bucketOf(layout, oneHalf[1]!);
    },
    place(column, side) {
      if (placesOfSide[side].length < column.length) placesOfSide[side] = new Uint32Array(column.length);
      return placeNumbers(column, layout, placesOfSide[side], new Uint32Array(size + 1));
    },
    // Crowds are nearly always of one value each (zeros, whole numbers); where one isn't, all are copied.
    pick: (sample, wanted) => pickValues(sample, wanted, CROWD) ?? pickValues(sample, wanted, Infinity)!,
  };
}

/** Copies and sorts the wanted buckets; of one with `crowd` values or more a single value. Null if those differ. */
function pickValues(
  { finite, places, sums }: PlacedNumbers,
  wanted: Uint8Array,
  crowd: number,
): PickedBuckets | null {
  const ends = new Uint32Array(wanted.length);
  const how = new Uint8Array(wanted.length);
  let total = 0;
  for (let bucket = 0; bucket < wanted.length; bucket++) {
    const count = sums[bucket + 1]! - sums[bucket]!;
    if (wanted[bucket] !== 1 || count === 0) continue;
    ends[bucket] = total;
    how[bucket] = count >= crowd ? AS_ONE : AS_MANY;
    total += count >= crowd ? 1 : count;
  }
  const values = new Float64Array(total).fill(Number.NaN);
  for (let i = 0; i < finite.length; i++) {
    const bucket = places[i]!;
    const kind = how[bucket]!;
    if (kind === 0) continue;
    const end = ends[bucket]!;
    if (kind === AS_ONE && values[end] === finite[i]) continue;
    if (kind === AS_ONE && !Number.isNaN(values[end])) return null;
    values[end] = finite[i]!;
    if (kind === AS_MANY) ends[bucket] = end + 1;
  }
  const lengthOf = (bucket: number) => sums[bucket + 1]! - sums[bucket]!;
  for (let bucket = 0; bucket < how.length; bucket++)
    if (how[bucket] === AS_MANY) sortPart(values, ends[bucket]! - lengthOf(bucket), ends[bucket]!);
  return {
    of(bucket) {
      const length = lengthOf(bucket);
      const end = ends[bucket]!;
      if (how[bucket] === AS_ONE) return { length, at: () => values[end]! };
      return { length, at: (place) => values[end - length + place]! };
    },
  };
}

/** For each cell its first bucket times 32, plus how many of the 16 bits that cut it are left out. */
function layCells(a: Float64Array<ArrayBuffer>, b: Float64Array<ArrayBuffer>) {
  const counts = new Uint32Array(CELLS);
  countCells(a, counts);
  countCells(b, counts);
  const layout = new Uint32Array(CELLS);
  let size = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const many = cell < FINITE_FROM || cell >= FINITE_TO ? 0 : Math.floor(counts[cell]! / VALUES_A_BUCKET);
    const bits = Math.min(16, 32 - Math.clz32(many));
    layout[cell] = size * 32 + 16 - bits;
    size += 1 << bits;
  }
  return { layout, size };
}

function bucketOf(layout: Uint32Array, half: number): number {
  const key = ordered(half);
  const cell = layout[key >>> 16]!;
  // A shift takes the lowest five bits of its right side.
  return (cell >>> 5) + ((key & 0xffff) >>> cell);
}

/** One pass over a column; `places` and `sums` are filled. */
function placeNumbers(
  column: Float64Array<ArrayBuffer>,
  layout: Uint32Array,
  places: Uint32Array,
  sums: Uint32Array,
): PlacedNumbers {
  const halves = halvesOf(column);
  let end = 0;
  let missing = 0;
  let negativeInfinity = 0;
  let positiveInfinity = 0;
  for (let i = 0; i < column.length; i++) {
    let half = halves[2 * i + 1]!;
    if ((half & EXPONENT) === EXPONENT) {
      if (Number.isNaN(column[i])) missing++;
      else if (half < 0) negativeInfinity++;
      else positiveInfinity++;
      continue;
    }
    if (half === MINUS_ZERO && halves[2 * i] === 0) {
      half = 0;
      column[i] = 0;
    }
    const bucket = bucketOf(layout, half);
    if (end < i) column[end] = column[i]!;
    places[end++] = bucket;
    sums[bucket + 1]!++;
  }
  for (let i = 1; i < sums.length; i++) sums[i]! += sums[i - 1]!;
  return { finite: column.subarray(0, end), missing, negativeInfinity, positiveInfinity, places, sums };
}

/** The 32-bit halves of doubles, the upper one second: every platform that Node runs on is little-endian. */
function halvesOf(values: Float64Array<ArrayBuffer>): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** The upper half of a double as bits whose unsigned order is the doubles' order. */
function ordered(half: number): number {
  return half ^ ((half >> 31) | 0x80000000);
}

function countCells(values: Float64Array<ArrayBuffer>, counts: Uint32Array): void {
  const halves = halvesOf(values);
  const step = values.length > COUNTED * SPARED ? SPARED : 1;
  for (let i = 1; i < halves.length; i += 2 * step) counts[ordered(halves[i]!) >>> 16]! += step;
}

/** Sorts `values[start, end)`: nothing to do for equal values, by insertion for few. */
function sortPart(values: Float64Array, start: number, end: number): void {
  let i = start + 1;
  while (i < end && values[i] === values[start]) i++;
  if (i >= end) return;
  if (end - start > SHORT) {
    values.subarray(start, end).sort();
    return;
  }
  for (; i < end; i++) {
    const value = values[i]!;
    let j = i;
    for (; j > start && values[j - 1]! > value; j--) values[j] = values[j - 1]!;
    values[j] = value;
  }
}
