import { featureSignal, PREDICTION_SIGNAL, SCORE_SIGNAL, type SignalBins } from '@leeway/contract';
import {
  binCount,
  compileCategoricalBinner,
  compileEdgeSearch,
  compileEmbedding,
  LATENCY_LAST_BIN,
  MISSING_BIN,
} from '@leeway/stats';
import type { FeatureOrder, FeaturePlace, ModelPlan } from '../ports.js';
import { JointCounter } from './joint-counter.js';

/** One counted signal: where its bins start in a block of counts, and how a value finds its bin. */
export interface CountedSignal {
  name: string;
  index: number;
  /** First cell of the signal; its bins follow in the layout of `SignalBins`. */
  base: number;
  size: number;
  numeric: boolean;
  embedding: boolean;
  /** Cell of a number. */
  numberCell(value: number): number;
  /** Cell of a class. */
  classCell(value: string): number;
  /** Cell of a vector. */
  vectorCell(vector: readonly number[]): number;
}

/** One feature of the model: where its value goes in the row and which signal counts it, if any. */
export interface Binding {
  name: string;
  nameBytes: Buffer;
  /** `"name":` as compact JSON writes it, to compare with at once. */
  keyBytes: Buffer;
  kind: FeaturePlace['kind'];
  position: number;
  signal: CountedSignal | null;
  /** Place among the features of the joint signal, -1 where it has no part in it. */
  joint: number;
}

/** Counts of one minute of one slice (version and segment) of a model. */
export interface Block {
  minute: number;
  cells: Uint32Array;
  requests: number;
  errors: number;
  rejected: number;
  anomalies: number;
  tokensInput: number;
  tokensOutput: number;
}

const NOT_IN_EVENTS = new Set(['latency', 'label']);
const POOL = 64;

function countedSignal(bins: SignalBins, index: number, base: number): CountedSignal {
  const numeric = bins.kind === 'numeric' || bins.kind === 'embedding';
  const missing = base + MISSING_BIN;
  const edges = Float64Array.from(bins.edges);
  const search = compileEdgeSearch(edges);
  const min = bins.min ?? -Number.MAX_VALUE;
  const max = bins.max ?? Number.MAX_VALUE;
  const above = base + edges.length + 3;
  const first = base + 2;
  const category = numeric ? null : compileCategoricalBinner(bins);
  // JSON has no NaN and no infinities, so a number is below, above or between (the layout of SignalBins).
  const numberCell = numeric
    ? (value: number) => (value < min ? base + 1 : value > max ? above : first + search(value))
    : (value: number) => base + category!(String(value));
  const vectorNumber = bins.embedding ? compileEmbedding(bins.embedding) : euclideanNorm;
  return {
    name: bins.signal,
    index,
    base,
    size: binCount(bins),
    numeric,
    embedding: bins.kind === 'embedding',
    numberCell,
    classCell: (value) => (category ? base + category(value) : missing),
    vectorCell(vector) {
      const number = vectorNumber(vector);
      return Number.isNaN(number) ? missing : numberCell(number);
    },
  };
}

/** The one number by which an embedding without regions is binned. Entries count as they are stored. */
function euclideanNorm(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) {
    const entry = Math.fround(vector[i]!);
    sum += entry * entry;
  }
  return Math.sqrt(sum);
}

/**
 * All that ingest needs to know of one model under one plan, compiled once: the baseline's bins laid out side by
 * side in one array of counts, features bound to their places, and scratch space for the event in hand.
 */
export class ModelContext {
  readonly signals: CountedSignal[] = [];
  readonly latencyBase: number;
  readonly blockSize: number;
  readonly prediction: CountedSignal | null;
  readonly score: CountedSignal | null;
  /** Null for a baseline without the joint signal: its events pay nothing for it. */
  readonly joint: JointCounter | null = null;
  /** Cells of an event of which every signal is missing: what each event starts from. */
  readonly missingCells: Int32Array;
  /** Cells of the event in hand, one a signal. */
  readonly cells: Int32Array;
  readonly modelBytes: Buffer;
  bindings = new Map<string, Binding>();
  /** Features in the order that the last event named them: the next one most likely does the same. */
  sequence: Binding[] = [];
  /** Numbers of the event in hand, by position; NaN = missing. */
  numbers = new Float64Array(0);
  /** Spans of its texts in the message, by position; -1 = missing. */
  textFrom = new Int32Array(0);
  textTo = new Int32Array(0);
  private readonly featureSignals = new Map<string, CountedSignal>();
  private readonly jointPlaces = new Map<string, number>();
  private readonly pool: Block[] = [];

  constructor(
    readonly model: string,
    readonly plan: ModelPlan | null,
    order: FeatureOrder,
  ) {
    let base = 0;
    for (const bins of plan?.signals ?? []) {
      if (NOT_IN_EVENTS.has(bins.role)) continue;
      const signal = countedSignal(bins, this.signals.length, base);
      this.signals.push(signal);
      if (bins.role === 'feature') this.featureSignals.set(bins.signal, signal);
      if (bins.joint) {
        this.joint = new JointCounter(bins.joint, signal.index, signal.numberCell);
        bins.joint.signals.forEach((name, place) => {
          this.jointPlaces.set(name, place);
        });
      }
      base += signal.size;
    }
    this.latencyBase = base;
    this.blockSize = base + LATENCY_LAST_BIN + 1;
    this.prediction = this.signals.find((signal) => signal.name === PREDICTION_SIGNAL) ?? null;
    this.score = this.signals.find((signal) => signal.name === SCORE_SIGNAL) ?? null;
    this.missingCells = Int32Array.from(this.signals, (signal) => signal.base + MISSING_BIN);
    this.cells = new Int32Array(this.signals.length);
    this.modelBytes = Buffer.from(model);
    this.bind(order);
  }

  get segmentTags(): readonly string[] {
    return this.plan?.segmentTags ?? [];
  }

  /** Takes a longer feature order over. */
  bind(order: FeatureOrder): void {
    const bindings = new Map<string, Binding>();
    let numbers = 0;
    let texts = 0;
    for (const place of order.places.values()) {
      bindings.set(place.name, {
        name: place.name,
        nameBytes: Buffer.from(place.name),
        keyBytes: Buffer.from(`${JSON.stringify(place.name)}:`),
        kind: place.kind,
        position: place.position,
        signal: this.featureSignals.get(featureSignal(place.name)) ?? null,
        joint: this.jointPlaces.get(featureSignal(place.name)) ?? -1,
      });
      if (place.kind === 'numeric') numbers = Math.max(numbers, place.position + 1);
      if (place.kind === 'categorical') texts = Math.max(texts, place.position + 1);
    }
    this.bindings = bindings;
    this.sequence = [];
    this.numbers = new Float64Array(numbers);
    this.textFrom = new Int32Array(texts);
    this.textTo = new Int32Array(texts);
  }

  /** A new event is in hand: every signal of it is missing so far. */
  beginEvent(): void {
    this.cells.set(this.missingCells);
    if (this.joint !== null) this.joint.begin();
  }

  /** The kind that a new feature gets: the baseline's word first, so that integer codes stay categories. */
  kindOf(name: string, value: unknown): FeaturePlace['kind'] | null {
    if (Array.isArray(value)) return 'embedding';
    if (typeof value === 'string' || typeof value === 'boolean') return 'categorical';
    if (typeof value !== 'number') return null;
    const signal = this.featureSignals.get(featureSignal(name));
    return signal && !signal.numeric ? 'categorical' : 'numeric';
  }

  takeBlock(minute: number): Block {
    const block = this.pool.pop();
    if (block) {
      block.cells.fill(0);
      block.minute = minute;
      block.requests = block.errors = block.rejected = block.anomalies = 0;
      block.tokensInput = block.tokensOutput = 0;
      return block;
    }
    return {
      minute,
      cells: new Uint32Array(this.blockSize),
      requests: 0,
      errors: 0,
      rejected: 0,
      anomalies: 0,
      tokensInput: 0,
      tokensOutput: 0,
    };
  }

  giveBack(block: Block): void {
    if (this.pool.length < POOL) this.pool.push(block);
  }
}
