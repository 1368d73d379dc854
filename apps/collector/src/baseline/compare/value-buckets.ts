import type { ColumnNumbers } from '../ports.js';

/**
 * Two samples spread over the same few thousand buckets of ascending values, so that order statistics and the
 * distance of the distribution functions need only a few buckets sorted and not all values.
 *
 * A bucket is a stretch of the bits of a double: the upper 16 choose a cell (sign, exponent, four bits of the
 * fraction); a cell that holds many values is cut into several buckets by the next 16 bits, and neighbouring cells
 * that hold few share one. Equal values are always in one bucket, and buckets ascend as their values do.
 */
export interface ValueBuckets {
  /** At most 65,536, so that a place takes two bytes and what is counted by bucket stays in the processor's cache. */
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
  places: Uint16Array;
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
/** Values of both samples that a bucket holds at most, about, where they differ: this many, or a share of them all. */
const VALUES_A_BUCKET = 64;
const BUCKETS = 12_000;
const SHORT = 48;
/** Values in one bucket from which on (or from this many times the usual on) they are taken to be equal until two differ. */
const CROWD = 1_024;
const CROWDED = 8;
/** How a bucket's values are picked; 0 = not at all. */
const AS_MANY = 1;
const AS_ONE = 2;
/** Of samples with many times `COUNTED` values only one stretch in `SPARED` is looked at to lay the buckets. */
const COUNTED = 1_000;
const SPARED = 31;
/** Values that lie in one line of the processor's cache. */
const STRETCH = 8;

/** Where the values of either side lie; kept, as fresh memory for every column costs more than filling it. */
const placesOfSide: [Uint16Array<ArrayBuffer>, Uint16Array<ArrayBuffer>] = [
  new Uint16Array(0),
  new Uint16Array(0),
];

/**
 * Lays buckets over two columns, a double a row and NaN where one is missing. How finely a cell is cut is told from one
 * value in many: it decides how much there is to sort and nothing else.
 */
export function bucketsOf(a: Float64Array<ArrayBuffer>, b: Float64Array<ArrayBuffer>): ValueBuckets {
  const { layout, size, usual } = layCells(a, b);
  const crowd = Math.max(CROWD, CROWDED * usual);
  const one = new Float64Array(1);
  const oneHalf = new Int32Array(one.buffer);
  return {
    size,
    of(value) {
      one[0] = value + 0;
      return bucketOf(layout, oneHalf[1]!);
    },
    place(column, side) {
      if (placesOfSide[side].length < column.length) placesOfSide[side] = new Uint16Array(column.length);
      return placeNumbers(column, layout, placesOfSide[side], new Uint32Array(size + 1));
    },
    // Crowds are nearly always of one value each (zeros, whole numbers); where one isn't, all are copied.
    pick: (sample, wanted) => pickValues(sample, wanted, crowd) ?? pickValues(sample, wanted, Infinity)!,
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
  for (let i = 0; i < finite.length; ) {
    const stop = Math.min(i + 4, finite.length);
    // Few buckets are wanted: four values at a time are mostly none.
    if (stop - i === 4 && noneWanted(how, places, i)) i = stop;
    for (; i < stop; i++) {
      const bucket = places[i]!;
      const kind = how[bucket]!;
      if (kind === 0) continue;
      const end = ends[bucket]!;
      if (kind === AS_ONE && values[end] === finite[i]) continue;
      if (kind === AS_ONE && !Number.isNaN(values[end])) return null;
      values[end] = finite[i]!;
      if (kind === AS_MANY) ends[bucket] = end + 1;
    }
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

function noneWanted(how: Uint8Array, places: Uint16Array, i: number): boolean {
  return (how[places[i]!]! | how[places[i + 1]!]! | how[places[i + 2]!]! | how[places[i + 3]!]!) === 0;
}

/**
 * For each cell its first bucket times 32, plus how many of the 16 bits that cut it are left out. Cutting gives at most
 * twice `BUCKETS`, and so do the cells between cut ones with what they are merged to.
 */
function layCells(a: Float64Array<ArrayBuffer>, b: Float64Array<ArrayBuffer>) {
  const counts = new Uint32Array(CELLS);
  const seen = countCells(a, counts) + countCells(b, counts);
  const usual = Math.max(VALUES_A_BUCKET, Math.ceil(seen / BUCKETS));
  const layout = new Uint32Array(CELLS);
  let size = 0;
  /** Values in the bucket that is open for cells of few; −1 when none is. */
  let open = -1;
  for (let cell = FINITE_FROM; cell < FINITE_TO; cell++) {
    const count = counts[cell]!;
    const bits = Math.min(16, 32 - Math.clz32(Math.floor(count / usual)));
    if (bits === 0 && open >= 0 && open + count <= usual) {
      open += count;
      layout[cell] = (size - 1) * 32 + 16;
    } else {
      layout[cell] = size * 32 + 16 - bits;
      size += 1 << bits;
      open = bits === 0 ? count : -1;
    }
  }
  return { layout, size, usual };
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
  places: Uint16Array,
  sums: Uint32Array,
): PlacedNumbers {
  const halves = halvesOf(column);
  let end = placeOrdinary(halves, layout, places, sums);
  let missing = 0;
  let negativeInfinity = 0;
  let positiveInfinity = 0;
  for (let i = end; i < column.length; i++) {
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

/** Places values up to the first that is not finite, or −0; gives how many. Most columns have none. */
function placeOrdinary(
  halves: Int32Array,
  layout: Uint32Array,
  places: Uint16Array,
  sums: Uint32Array,
): number {
  const rows = halves.length >>> 1;
  for (let i = 0; i < rows; i++) {
    const half = halves[2 * i + 1]!;
    if ((half & EXPONENT) === EXPONENT || half === MINUS_ZERO) return i;
    const bucket = bucketOf(layout, half);
    places[i] = bucket;
    sums[bucket + 1]!++;
  }
  return rows;
}

/** The 32-bit halves of doubles, the upper one second: every platform that Node runs on is little-endian. */
function halvesOf(values: Float64Array<ArrayBuffer>): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** The upper half of a double as bits whose unsigned order is the doubles' order. */
function ordered(half: number): number {
  return half ^ ((half >> 31) | 0x80000000);
}

/** Counts values by cell, those spared by the ones looked at; gives how many that stands for. */
function countCells(values: Float64Array<ArrayBuffer>, counts: Uint32Array): number {
  const halves = halvesOf(values);
  const weight = values.length > COUNTED * SPARED ? SPARED : 1;
  let seen = 0;
  for (let start = 0; start < values.length; start += STRETCH * weight) {
    const end = Math.min(values.length, start + STRETCH);
    for (let i = start; i < end; i++) counts[ordered(halves[2 * i + 1]!) >>> 16]! += weight;
    seen += (end - start) * weight;
  }
  return seen;
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
