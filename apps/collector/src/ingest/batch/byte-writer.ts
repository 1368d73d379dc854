/** Bytes that TSV writes with a backslash; 0 = as they are. */
const ESCAPE = new Uint8Array(256);
for (const [from, to] of [
  ['\\', '\\'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\0', '0'],
  ['\b', 'b'],
  ['\f', 'f'],
] as const)
  ESCAPE[from.charCodeAt(0)] = to.charCodeAt(0);
const BACKSLASH = 0x5c;

/** A growing run of bytes for ClickHouse's TSV text. */
export class ByteWriter {
  buffer: Buffer;
  length = 0;
  private knownSeconds = Number.NaN;
  private knownText = '';

  constructor(capacity = 65_536) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for `more` bytes. Growth doubles, so appending stays O(1) amortised. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  /** Text that is known to be ASCII without anything to escape: separators, numbers, null marks. */
  ascii(text: string): void {
    const size = text.length;
    this.reserve(size);
    const { buffer, length } = this;
    for (let i = 0; i < size; i++) buffer[length + i] = text.charCodeAt(i);
    this.length = length + size;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  /** A whole number ≥ 0. */
  whole(value: number): void {
    this.ascii(String(value));
  }

  /** A finite number, in the shortest text that reads back to the same bits. */
  number(value: number): void {
    this.ascii(Object.is(value, -0) ? '-0' : String(value));
  }

  /** A moment as seconds with three decimals, ClickHouse's DateTime64(3) text. */
  moment(ms: number): void {
    const seconds = Math.floor(ms / 1000);
    const rest = ms - seconds * 1000;
    if (seconds !== this.knownSeconds) {
      this.knownSeconds = seconds;
      this.knownText = String(seconds);
    }
    this.ascii(this.knownText);
    this.ascii(rest < 10 ? `.00${rest}` : rest < 100 ? `.0${rest}` : `.${rest}`);
  }

  /** Any text, escaped for a TSV field. */
  text(value: string): void {
    // At most three bytes per UTF-16 unit, and an escape only for one-byte ones.
    this.reserve(value.length * 3);
    const start = this.length;
    const size = this.buffer.write(value, start);
    let extra = 0;
    const { buffer } = this;
    for (let i = start; i < start + size; i++) if (ESCAPE[buffer[i]!] !== 0) extra++;
    this.length = start + size + extra;
    if (extra > 0) this.spread(start, size, extra);
  }

  /** Moves the bytes right, from the last to the first, and puts the escapes between them. */
  private spread(start: number, size: number, extra: number): void {
    this.length = start + size;
    this.reserve(extra);
    const { buffer } = this;
    let to = start + size + extra;
    this.length = to;
    for (let from = start + size - 1; from >= start; from--) {
      const byte = buffer[from]!;
      const mark = ESCAPE[byte]!;
      if (mark !== 0) {
        buffer[--to] = mark;
        buffer[--to] = BACKSLASH;
      } else buffer[--to] = byte;
    }
  }

  /** What was written, as a view: valid until the next write. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
