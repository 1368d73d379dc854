import { Stream } from './stream.js';

/**
 * Columns whose values are mostly absent. Rows without a value cost nothing until one has it: the rows before are
 * then filled up, and those after when the block is written. A column without any value is left out of the block.
 */
abstract class Optional {
  abstract readonly streams: readonly Stream[];
  /** Rows written so far. */
  protected abstract readonly rows: number;
  protected abstract absent(): void;

  get empty(): boolean {
    return this.rows === 0;
  }

  /** Fills up to `rows` rows with absent values. */
  fill(rows: number): void {
    for (let row = this.rows; row < rows; row++) this.absent();
  }
}

/** `Nullable(String)`. */
export class OptionalTexts extends Optional {
  private readonly nulls = new Stream();
  private readonly values = new Stream();
  readonly streams = [this.nulls, this.values];

  protected get rows(): number {
    return this.nulls.length;
  }

  protected absent(): void {
    this.nulls.byte(1);
    this.values.byte(0);
  }

  /** The stream to which the text of this row is to be written next. */
  at(row: number): Stream {
    this.fill(row);
    this.nulls.byte(0);
    return this.values;
  }
}

/** `Nullable(UInt32)`. */
export class OptionalWords extends Optional {
  private readonly nulls = new Stream();
  private readonly values = new Stream();
  readonly streams = [this.nulls, this.values];

  protected get rows(): number {
    return this.nulls.length;
  }

  protected absent(): void {
    this.nulls.byte(1);
    this.values.word(0);
  }

  set(row: number, value: number): void {
    this.fill(row);
    this.nulls.byte(0);
    this.values.word(value);
  }
}

/** Lists and maps: where each row's items end, and streams of the items. */
export class Lists<Items extends readonly Stream[]> extends Optional {
  private readonly ends = new Stream();
  readonly streams: readonly Stream[];

  readonly items: Items;

  constructor(...items: Items) {
    super();
    this.items = items;
    this.streams = [this.ends, ...items];
  }

  protected get rows(): number {
    return this.ends.length / 8;
  }

  protected absent(): void {
    this.ends.long(this.ends.lastLong);
  }

  /** Tells that `count` items belong to this row, which follow or went before; without any nothing is written. */
  set(row: number, count: number): void {
    if (count === 0) return;
    this.fill(row);
    this.ends.long(this.ends.lastLong + count);
  }
}
