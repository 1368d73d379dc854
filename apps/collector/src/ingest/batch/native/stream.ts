const START_BYTES = 4_096;

/**
 * A growing run of bytes of one kind of value, as ClickHouse's Native format lays a column out: only doubles, or only
 * 32-bit words, or only text behind its length. Numbers are little-endian, which every machine that the engine runs on
 * is. Reused between batches: `reset` keeps its memory.
 */
export class Stream {
  /** Bytes written. */
  length = 0;
  private bytes: Buffer;
  private words: Uint32Array;
  private doubles: Float64Array;

  constructor() {
    this.bytes = Buffer.allocUnsafeSlow(START_BYTES);
    this.words = new Uint32Array(this.bytes.buffer);
    this.doubles = new Float64Array(this.bytes.buffer);
  }

  /** Makes room for `more` bytes. Growth doubles, so appending stays O(1) amortised. */
  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const before = this.bytes;
    this.allocate(Math.max(needed, before.length * 2));
    before.copy(this.bytes, 0, 0, this.length);
  }

  private allocate(size: number): void {
    this.bytes = Buffer.allocUnsafeSlow(Math.ceil(size / 8) * 8);
    this.words = new Uint32Array(this.bytes.buffer);
    this.doubles = new Float64Array(this.bytes.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A number of 0 to 2^32 − 1; the stream holds nothing but words. */
  word(value: number): void {
    this.reserve(4);
    this.words[this.length >> 2] = value;
    this.length += 4;
  }

  /** A whole number as 64 bits, two words. */
  long(value: number): void {
    this.reserve(8);
    const at = this.length >> 2;
    this.words[at] = value;
    this.words[at + 1] = Math.floor(value / 4_294_967_296);
    this.length += 8;
  }

  /** The last number that `long` wrote, 0 when there is none. */
  get lastLong(): number {
    const at = this.length >> 2;
    return at === 0 ? 0 : this.words[at - 1]! * 4_294_967_296 + this.words[at - 2]!;
  }

  /** The number that `long` wrote at `index`. */
  longAt(index: number): number {
    return this.words[index * 2 + 1]! * 4_294_967_296 + this.words[index * 2]!;
  }

  double(value: number): void {
    this.reserve(8);
    this.doubles[this.length >> 3] = value;
    this.length += 8;
  }

  /** The first `count` of some doubles. */
  doublesOf(values: Float64Array, count: number): void {
    this.reserve(count * 8);
    const { doubles } = this;
    const at = this.length >> 3;
    for (let i = 0; i < count; i++) doubles[at + i] = values[i]!;
    this.length += count * 8;
  }

  /** A 32-bit float. */
  float(value: number): void {
    this.reserve(4);
    this.bytes.writeFloatLE(value, this.length);
    this.length += 4;
  }

  /** Bytes as they are, without a length. */
  copy(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** ASCII text from a message's bytes. */
  span(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from + 5);
    this.varint(to - from);
    const { bytes } = this;
    let at = this.length;
    for (let i = from; i < to; i++) bytes[at++] = source[i]!;
    this.length = at;
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.reserve(size + 5);
    this.varint(size);
    this.bytes.write(value, this.length);
    this.length += size;
  }

  /** A whole number of at most 32 bits in groups of seven, lowest first (LEB128). */
  varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** Text values in the order they were written. */
  *texts(): Generator<string> {
    const { bytes } = this;
    for (let at = 0; at < this.length; ) {
      let size = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!;
        size += (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      yield bytes.toString('utf8', at, at + size);
      at += size;
    }
  }

  /** What was written, as a view: valid until the next write or reset. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** Empties the stream. Memory beyond `keep` bytes is let go, so that one huge batch doesn't stay for ever. */
  reset(keep: number): void {
    this.length = 0;
    if (this.bytes.length > keep) this.allocate(START_BYTES);
  }
}
