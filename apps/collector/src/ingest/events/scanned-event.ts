import { EVENT_LIMITS } from '@leeway/contract';
import type { Binding, ModelContext } from '../batch/model-context.js';
import { FALSE, KEY, NULL, REQUIRED, SEEN, TRUE } from './keys.js';
import { JsonScanner } from './scanner.js';
import { createMomentReader } from './time.js';

/** Marks in `textFrom` for values that are no text of the message. */
export const MISSING = -1;
export const IS_TRUE = -2;
export const IS_FALSE = -3;

/** How a prediction was written. */
export enum PredictionKind {
  none,
  number,
  text,
  true,
  false,
}

/** Finds a model's context by name; null when ingest must look closer (unknown, too many, not a valid name). */
export type FindContext = (name: string) => ModelContext | null;

const MODEL_NAME = /^[^/]{1,200}$/;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const QUOTE = 0x22;

/**
 * Reads a native prediction event from bytes into spans and cells, without building objects. It takes a strict
 * subset of what the contract allows; `read` answers false for everything else, valid or not, and the complete
 * decoder decides. What it takes it takes with the same result, which a property test holds.
 */
export class ScannedEvent {
  readonly scan = new JsonScanner();
  context!: ModelContext;
  ts = 0;
  versionFrom = 0;
  versionTo = 0;
  idFrom = 0;
  idTo = 0;
  predictionKind: PredictionKind = PredictionKind.none;
  /** Span of a class. */
  predictionFrom = 0;
  predictionTo = 0;
  predictionValue = Number.NaN;
  scoreValue = Number.NaN;
  latencyValue = Number.NaN;
  errorFrom = MISSING;
  errorTo = 0;
  tagCount = 0;
  /** Spans of tag names and values, four numbers a tag. */
  readonly tags = new Int32Array(EVENT_LIMITS.tags * 4);
  numbers = 0;
  texts = 0;
  private seen = 0;
  private lastName = Buffer.alloc(0);
  private lastContext: ModelContext | null = null;
  private readonly moment = createMomentReader();

  constructor(private readonly find: FindContext) {}

  /** Contexts are looked up anew: another batch, or features were appended. */
  forget(): void {
    this.lastContext = null;
  }

  /** True when the message is one event that this path takes. */
  read(message: Buffer): boolean {
    const { scan } = this;
    if (message.length > EVENT_LIMITS.bytes) return false;
    scan.reset(message);
    this.seen = 0;
    this.predictionKind = PredictionKind.none;
    this.errorFrom = MISSING;
    this.scoreValue = this.latencyValue = this.predictionValue = Number.NaN;
    this.tagCount = 0;
    if (!scan.take(OPEN_OBJECT)) return false;
    let featuresAt = -1;
    do {
      if (!scan.key()) return false;
      const name = this.field(featuresAt);
      if (name === FAILED) return false;
      if (name === LATER) featuresAt = scan.at;
      if (name === LATER && !scan.skipFlatObject()) return false;
    } while (scan.take(COMMA));
    if (!scan.take(CLOSE_OBJECT) || scan.peek() !== -1) return false;
    if (featuresAt >= 0) {
      if ((this.seen & SEEN.model) === 0) return false;
      scan.at = featuresAt;
      if (!this.features()) return false;
    }
    return (this.seen & REQUIRED) === REQUIRED;
  }

  private once(bit: number): boolean {
    if ((this.seen & bit) !== 0) return false;
    this.seen |= bit;
    return true;
  }

  /** Reads the value of the key in the span. */
  private field(featuresAt: number): number {
    const { scan } = this;
    switch (scan.buffer[scan.from]) {
      case 0x6d:
        return scan.spanIs(KEY.model) && this.once(SEEN.model) && this.model() ? DONE : FAILED;
      case 0x76:
        return scan.spanIs(KEY.version) && this.once(SEEN.version) && this.version() ? DONE : FAILED;
      case 0x69:
        return scan.spanIs(KEY.id) && this.once(SEEN.id) && this.id() ? DONE : FAILED;
      case 0x66: {
        if (!scan.spanIs(KEY.features) || featuresAt >= 0 || (this.seen & SEEN.features) !== 0) return FAILED;
        this.seen |= SEEN.features;
        if ((this.seen & SEEN.model) === 0) return LATER;
        return this.features() ? DONE : FAILED;
      }
      case 0x70:
        return scan.spanIs(KEY.prediction) && this.once(SEEN.prediction) && this.prediction() ? DONE : FAILED;
      case 0x73:
        return scan.spanIs(KEY.score) && this.once(SEEN.score) && this.score() ? DONE : FAILED;
      case 0x6c:
        return scan.spanIs(KEY.latency) && this.once(SEEN.latency) && this.latency() ? DONE : FAILED;
      case 0x65:
        return scan.spanIs(KEY.error) && this.once(SEEN.error) && this.error() ? DONE : FAILED;
      case 0x74:
        if (scan.spanIs(KEY.ts)) return this.once(SEEN.ts) && this.time() ? DONE : FAILED;
        return scan.spanIs(KEY.tags) && this.once(SEEN.tags) && this.tagList() ? DONE : FAILED;
      default:
        return FAILED;
    }
  }

  private model(): boolean {
    const { scan } = this;
    if (!scan.string()) return false;
    if (this.lastContext === null || !scan.spanIs(this.lastName)) {
      const name = scan.spanText();
      const context = MODEL_NAME.test(name) ? this.find(name) : null;
      if (!context) return false;
      this.lastContext = context;
      this.lastName = Buffer.from(name);
    }
    this.context = this.lastContext;
    return true;
  }

  private version(): boolean {
    const { scan } = this;
    if (!scan.string()) return false;
    this.versionFrom = scan.from;
    this.versionTo = scan.to;
    return scan.to > scan.from && scan.to - scan.from <= 200;
  }

  private id(): boolean {
    const { scan } = this;
    if (!scan.string()) return false;
    this.idFrom = scan.from;
    this.idTo = scan.to;
    return scan.to > scan.from && scan.to - scan.from <= EVENT_LIMITS.idLength;
  }

  private time(): boolean {
    const { scan } = this;
    if (scan.peek() === QUOTE) {
      if (!scan.string()) return false;
      this.ts = this.moment(scan.buffer, scan.from, scan.to);
    } else this.ts = scan.number();
    return Number.isInteger(this.ts) && this.ts >= 0;
  }

  private prediction(): boolean {
    const { scan } = this;
    switch (scan.peek()) {
      case QUOTE:
        this.predictionKind = PredictionKind.text;
        if (!scan.string() || scan.to - scan.from > EVENT_LIMITS.stringLength) return false;
        break;
      case 0x74:
        this.predictionKind = PredictionKind.true;
        return scan.word(TRUE);
      case 0x66:
        this.predictionKind = PredictionKind.false;
        return scan.word(FALSE);
      case 0x6e:
        return scan.word(NULL);
      default:
        this.predictionKind = PredictionKind.number;
        this.predictionValue = scan.number();
        if (Number.isNaN(this.predictionValue)) return false;
    }
    this.predictionFrom = scan.from;
    this.predictionTo = scan.to;
    return true;
  }

  private score(): boolean {
    const { scan } = this;
    if (scan.peek() === 0x6e) return scan.word(NULL);
    this.scoreValue = scan.number();
    return !Number.isNaN(this.scoreValue);
  }

  private latency(): boolean {
    const { scan } = this;
    if (scan.peek() === 0x6e) return scan.word(NULL);
    this.latencyValue = scan.number();
    return this.latencyValue >= 0;
  }

  private error(): boolean {
    const { scan } = this;
    const byte = scan.peek();
    if (byte === 0x6e) return scan.word(NULL);
    if (byte === 0x66) return scan.word(FALSE);
    if (byte === 0x74) {
      this.errorFrom = IS_TRUE;
      return scan.word(TRUE);
    }
    if (!scan.string() || scan.to - scan.from > EVENT_LIMITS.stringLength) return false;
    if (scan.to > scan.from) {
      this.errorFrom = scan.from;
      this.errorTo = scan.to;
    }
    return true;
  }

  private tagList(): boolean {
    const { scan, tags } = this;
    if (scan.peek() === 0x6e) return scan.word(NULL);
    if (!scan.take(OPEN_OBJECT)) return false;
    if (scan.take(CLOSE_OBJECT)) return true;
    let at = 0;
    do {
      if (at === tags.length || !scan.key()) return false;
      tags[at] = scan.from;
      tags[at + 1] = scan.to;
      const size = scan.to - scan.from;
      if (size === 0 || size > EVENT_LIMITS.nameLength || this.repeatsTag(at)) return false;
      if (!scan.string() || scan.to - scan.from > EVENT_LIMITS.stringLength) return false;
      tags[at + 2] = scan.from;
      tags[at + 3] = scan.to;
      at += 4;
    } while (scan.take(COMMA));
    this.tagCount = at / 4;
    return scan.take(CLOSE_OBJECT);
  }

  /** The tag's name is one of the earlier ones, or `__proto__`, which needs the complete decoder. */
  private repeatsTag(at: number): boolean {
    const { scan, tags } = this;
    if (scan.buffer[scan.from] === 0x5f) return true;
    for (let i = 0; i < at; i += 4)
      if (scan.spanIs(scan.buffer.subarray(tags[i]!, tags[i + 1]!))) return true;
    return false;
  }

  private features(): boolean {
    const { scan, context } = this;
    const { textFrom } = context;
    context.beginEvent();
    context.numbers.fill(Number.NaN);
    textFrom.fill(MISSING);
    this.numbers = this.texts = 0;
    if (!scan.take(OPEN_OBJECT)) return false;
    if (scan.take(CLOSE_OBJECT)) return true;
    for (let index = 0; ; index++) {
      const binding = this.featureKey(index);
      if (binding === null || !this.feature(binding)) return false;
      if (scan.buffer[scan.at] === COMMA) scan.at++;
      else if (!scan.take(COMMA)) return scan.take(CLOSE_OBJECT);
    }
  }

  /** Takes the next feature's key; null when it is no feature of the model. */
  private featureKey(index: number): Binding | null {
    const { scan, context } = this;
    const { sequence } = context;
    const guess = sequence[index];
    if (guess !== undefined && scan.bytes(guess.keyBytes)) return guess;
    if (!scan.key()) return null;
    const binding = context.bindings.get(scan.spanText());
    if (binding === undefined) return null;
    if (index < context.bindings.size) sequence[index] = binding;
    return binding;
  }

  private feature(binding: Binding): boolean {
    if (binding.kind === 'numeric') return this.numericFeature(binding);
    return binding.kind === 'categorical' && this.textFeature(binding);
  }

  private numericFeature(binding: Binding): boolean {
    const { scan, context } = this;
    const { position, signal } = binding;
    // A second value of the same name: the last one counts, which the complete decoder sees to.
    if (!Number.isNaN(context.numbers[position]!)) return false;
    let value = scan.plainNumber();
    if (Number.isNaN(value)) value = scan.number();
    if (Number.isNaN(value)) return scan.word(NULL);
    context.numbers[position] = value;
    if (position >= this.numbers) this.numbers = position + 1;
    if (signal !== null && !signal.embedding) context.cells[signal.index] = signal.numberCell(value);
    if (binding.joint >= 0) context.joint!.take(binding.joint, value);
    return true;
  }

  private textFeature(binding: Binding): boolean {
    const { scan, context } = this;
    const { position, signal } = binding;
    if (context.textFrom[position] !== MISSING) return false;
    switch (scan.peek()) {
      case 0x6e:
        return scan.word(NULL);
      case 0x74:
        context.textFrom[position] = IS_TRUE;
        if (signal !== null) context.cells[signal.index] = signal.classCell('true');
        if (!scan.word(TRUE)) return false;
        break;
      case 0x66:
        context.textFrom[position] = IS_FALSE;
        if (signal !== null) context.cells[signal.index] = signal.classCell('false');
        if (!scan.word(FALSE)) return false;
        break;
      default:
        // Also numbers that are codes of categories: the complete decoder knows when they are.
        if (!scan.string() || scan.to - scan.from > EVENT_LIMITS.stringLength) return false;
        context.textFrom[position] = scan.from;
        context.textTo[position] = scan.to;
        if (signal !== null) context.cells[signal.index] = signal.classCell(scan.spanText());
    }
    if (position >= this.texts) this.texts = position + 1;
    return true;
  }
}

const DONE = 0;
const FAILED = 1;
const LATER = 2;
