const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Below 2^53 every whole number is exact, and so is its quotient or product with an exact power of ten. */
const EXACT_DIGITS = 15;

/**
 * Reads JSON straight from the message's bytes, for the shape that nearly every event has: plain ASCII strings
 * without escapes, numbers, true, false, null. Whatever else comes makes a method answer false (or NaN); the
 * caller then gives the message to the complete decoder. It never accepts text that is not JSON.
 */
export class JsonScanner {
  buffer: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  /** Span of the last string (without quotes) or number read. */
  from = 0;
  to = 0;

  reset(buffer: Buffer): void {
    this.buffer = buffer;
    this.at = 0;
    this.end = buffer.length;
  }

  /** The next byte that is not white space, or -1 at the end. Stays in front of it. */
  peek(): number {
    const { buffer, end } = this;
    let at = this.at;
    while (at < end) {
      const byte = buffer[at]!;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.at = at;
        return byte;
      }
      at++;
    }
    this.at = at;
    return -1;
  }

  /** Takes `byte` when it is next. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** A string of printable ASCII without escapes; its span is `from`..`to`. */
  string(): boolean {
    if (this.peek() !== QUOTE) return false;
    const { buffer, end } = this;
    let at = this.at + 1;
    this.from = at;
    while (at < end) {
      const byte = buffer[at]!;
      if (byte === QUOTE) {
        this.to = at;
        this.at = at + 1;
        return true;
      }
      if (byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return false;
      at++;
    }
    return false;
  }

  /** A key and its colon. */
  key(): boolean {
    return this.string() && this.take(0x3a);
  }

  /** Whether the span is exactly `bytes`. */
  spanIs(bytes: Uint8Array): boolean {
    const { buffer, from } = this;
    const size = bytes.length;
    if (this.to - from !== size) return false;
    for (let i = 0; i < size; i++) if (buffer[from + i] !== bytes[i]) return false;
    return true;
  }

  spanText(): string {
    return this.buffer.toString('latin1', this.from, this.to);
  }

  /** A finite number by JSON's grammar, correctly rounded; its text is the span. NaN when it is anything else. */
  number(): number {
    let byte = this.peek();
    const { buffer, end } = this;
    let at = this.at;
    const start = at;
    const negative = byte === MINUS;
    if (negative) byte = buffer[++at]!;
    let mantissa = 0;
    let digits = 0;
    const first = at;
    for (; at < end; at++) {
      byte = buffer[at]!;
      if (byte < ZERO || byte > NINE) break;
      mantissa = mantissa * 10 + (byte - ZERO);
    }
    digits = at - first;
    if (digits === 0 || (digits > 1 && buffer[first] === ZERO)) return Number.NaN;
    let scale = 0;
    if (byte === DOT && at < end) {
      const fraction = ++at;
      for (; at < end; at++) {
        byte = buffer[at]!;
        if (byte < ZERO || byte > NINE) break;
        mantissa = mantissa * 10 + (byte - ZERO);
      }
      scale = at - fraction;
      if (scale === 0) return Number.NaN;
      digits += scale;
    }
    if (at < end && (byte === 0x65 || byte === 0x45)) return this.exponent(start, at);
    this.from = start;
    this.to = at;
    this.at = at;
    if (digits > EXACT_DIGITS) return this.slowNumber();
    const value = scale === 0 ? mantissa : mantissa / POWERS[scale]!;
    return negative ? -value : value;
  }

  /** The rest of a number from its `e` on. */
  private exponent(start: number, e: number): number {
    const { buffer, end } = this;
    let at = e + 1;
    if (at < end && (buffer[at] === MINUS || buffer[at] === PLUS)) at++;
    const digits = at;
    while (at < end && buffer[at]! >= ZERO && buffer[at]! <= NINE) at++;
    if (at === digits) return Number.NaN;
    this.from = start;
    this.to = at;
    this.at = at;
    return this.slowNumber();
  }

  /** Exact conversion of long numbers and exponents; beyond the range of a double there is no number. */
  private slowNumber(): number {
    const value = Number(this.spanText());
    return Number.isFinite(value) ? value : Number.NaN;
  }

  /** Takes exactly these bytes when they are next, without looking for white space first. */
  bytes(expected: Uint8Array): boolean {
    const { buffer, at } = this;
    const size = expected.length;
    if (at + size > this.end) return false;
    for (let i = 0; i < size; i++) if (buffer[at + i] !== expected[i]) return false;
    this.at = at + size;
    return true;
  }

  /**
   * A number of at most 15 digits without an exponent that a comma or brace follows at once, which is how compact
   * JSON has it. NaN, with nothing taken, for any other: `number` reads those.
   */
  plainNumber(): number {
    const { buffer } = this;
    const start = this.at;
    let at = start;
    let byte = buffer[at]!;
    const negative = byte === MINUS;
    if (negative) byte = buffer[++at]!;
    const first = at;
    let mantissa = byte - ZERO;
    if (!(mantissa >= 0 && mantissa <= 9)) return Number.NaN;
    byte = buffer[++at]!;
    while (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      byte = buffer[++at]!;
    }
    if (at - first > 1 && buffer[first] === ZERO) return Number.NaN;
    let scale = 0;
    if (byte === DOT) {
      const fraction = at + 1;
      byte = buffer[++at]!;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        byte = buffer[++at]!;
      }
      scale = at - fraction;
      if (scale === 0) return Number.NaN;
    }
    // One character of the span may be the point.
    if ((byte !== 0x2c && byte !== 0x7d) || at - first > EXACT_DIGITS) return Number.NaN;
    this.from = start;
    this.to = at;
    this.at = at;
    const value = scale === 0 ? mantissa : mantissa / POWERS[scale]!;
    return negative ? -value : value;
  }

  /** One of `true`, `false`, `null`. */
  word(bytes: Uint8Array): boolean {
    this.peek();
    const { buffer, at } = this;
    for (let i = 0; i < bytes.length; i++) if (buffer[at + i] !== bytes[i]) return false;
    this.at = at + bytes.length;
    return true;
  }

  /** Passes over an object whose values are scalars or arrays of scalars, to come back to it later. */
  skipFlatObject(): boolean {
    if (this.peek() !== 0x7b) return false;
    const { buffer, end } = this;
    let inside = false;
    for (let at = this.at + 1; at < end; at++) {
      const byte = buffer[at]!;
      if (inside) {
        if (byte === BACKSLASH) return false;
        if (byte === QUOTE) inside = false;
      } else if (byte === QUOTE) inside = true;
      else if (byte === 0x7b) return false;
      else if (byte === 0x7d) {
        this.at = at + 1;
        return true;
      }
    }
    return false;
  }
}
