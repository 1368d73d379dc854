import type { SignalCounts } from './ports.js';

/**
 * Sums of the buckets that a window covers, moved along in time. Each bucket is added once and taken off once, so a
 * history costs its buckets and not its windows × buckets. Counts are whole numbers: taking off is exact.
 */
export class SlidingSum {
  readonly #sums = new Map<string, number[]>();
  #start: number;
  #end: number;

  constructor(
    private readonly buckets: ReadonlyMap<number, SignalCounts>,
    private readonly bucketMs: number,
    at: number,
  ) {
    this.#start = at;
    this.#end = at;
  }

  /** Moves to `[start, end)`, both on bucket borders and not before the last. Gives live sums: copy to keep. */
  moveTo(start: number, end: number): ReadonlyMap<string, readonly number[]> {
    if (start >= this.#end) {
      for (const sums of this.#sums.values()) sums.fill(0);
      this.#start = start;
      this.#end = start;
    }
    for (; this.#end < end; this.#end += this.bucketMs) this.#add(this.buckets.get(this.#end), 1);
    for (; this.#start < start; this.#start += this.bucketMs) this.#add(this.buckets.get(this.#start), -1);
    return this.#sums;
  }

  #add(bucket: SignalCounts | undefined, sign: 1 | -1): void {
    if (!bucket) return;
    for (const [signal, counts] of bucket) {
      let sums = this.#sums.get(signal);
      if (!sums) {
        sums = new Array<number>(counts.length).fill(0);
        this.#sums.set(signal, sums);
      }
      for (let i = 0; i < counts.length; i++) sums[i] = sums[i]! + sign * counts[i]!;
    }
  }
}
