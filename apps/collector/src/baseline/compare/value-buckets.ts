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
  /** `sums[i]` = values of the sample in buckets before i; one entry more than there are buckets. */
  sumsOf(sample: FiniteNumbers): Uint32Array;
  /** The values of the wanted buckets, each bucket ascending. */
  pick(sample: FiniteNumbers, sums: Uint32Array, wanted: Uint8Array): PickedBuckets;
}

/** Finite doubles without −0 (see `finiteNumbers`), in any order. */
export type FiniteNumbers = Float64Array<ArrayBuffer>;

export interface PickedBuckets {
  /** Ascending values of one wanted bucket. */
  of(bucket: number): Float64Array;
}

const CELLS = 65_536;
/** Values that a bucket holds, about, where values differ. */
const VALUES_A_BUCKET = 64;
const SHORT = 48;
/** Of samples with many times `COUNTED` values only one in `SPARED` is looked at to lay the buckets. */
const COUNTED = 1_000;
const SPARED = 31;

/**
 * Lays buckets over two samples. How finely a cell is cut is told from one value in many: it decides how much there is
 * to sort and nothing else.
 */
export function bucketsOf(a: FiniteNumbers, b: FiniteNumbers): ValueBuckets {
  const counts = new Uint32Array(CELLS);
  countCells(a, counts);
  countCells(b, counts);
  const first = new Uint32Array(CELLS);
  const shift = new Uint8Array(CELLS);
  let size = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const count = counts[cell]!;
    const bits = Math.min(16, Math.max(0, 32 - Math.clz32(Math.floor(count / VALUES_A_BUCKET))));
    first[cell] = size;
    shift[cell] = 16 - bits;
    size += 1 << bits;
  }
  const bucketOf = (half: number): number => {
    const key = ordered(half);
    const cell = key >>> 16;
    return first[cell]! + ((key & 0xffff) >>> shift[cell]!);
  };
  const one = new Float64Array(1);
  const oneHalf = new Int32Array(one.buffer);
  return {
    size,
    of(value) {
      one[0] = value + 0;
      return bucketOf(oneHalf[1]!);
    },
    sumsOf(sample) {
      const sums = new Uint32Array(size + 1);
      const halves = halvesOf(sample);
      for (let i = 1; i < halves.length; i += 2) sums[bucketOf(halves[i]!) + 1]!++;
      for (let i = 1; i < sums.length; i++) sums[i]! += sums[i - 1]!;
      return sums;
    },
    pick(sample, sums, wanted) {
      const starts = new Uint32Array(size);
      let total = 0;
      for (let bucket = 0; bucket < size; bucket++) {
        starts[bucket] = total;
        if (wanted[bucket] === 1) total += sums[bucket + 1]! - sums[bucket]!;
      }
      const values = new Float64Array(total);
      const places = starts.slice();
      const halves = halvesOf(sample);
      for (let i = 0; i < sample.length; i++) {
        const bucket = bucketOf(halves[2 * i + 1]!);
        if (wanted[bucket] === 1) values[places[bucket]!++] = sample[i]!;
      }
      for (let bucket = 0; bucket < size; bucket++)
        if (wanted[bucket] === 1) sortPart(values, starts[bucket]!, places[bucket]!);
      return {
        of: (bucket) => values.subarray(starts[bucket]!, starts[bucket]! + sums[bucket + 1]! - sums[bucket]!),
      };
    },
  };
}

/** The 32-bit halves of doubles, the upper one second: every platform that Node runs on is little-endian. */
function halvesOf(values: FiniteNumbers): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** The upper half of a double as bits whose unsigned order is the doubles' order. */
function ordered(half: number): number {
  return half ^ ((half >> 31) | 0x80000000);
}

function countCells(values: FiniteNumbers, counts: Uint32Array): void {
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
