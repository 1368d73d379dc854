import type { SignalBins } from '@leeway/contract';

/** How the events of one model are counted. `baseline` is null until one is active: then nothing is binned. */
export interface ModelPlan {
  model: string;
  baseline: string | null;
  signals: readonly SignalBins[];
  /** Tags whose values are segments of their own, e.g. `region` gives the segments `region=eu`, `region=us`. */
  segmentTags: readonly string[];
}

/**
 * The set of active baselines at one moment. `epoch` is the journal position of the last activation: it grows with
 * every activation, is stored with each event, and tells a re-bin which rows ingest counted already.
 */
export interface BinningPlan {
  epoch: number;
  models: ReadonlyMap<string, ModelPlan>;
}

export interface PlanSource {
  current(): BinningPlan;
  /** The plan as it stood at `epoch`, to replay a range that was begun under it. Null when it is unknown. */
  at(epoch: number): BinningPlan | null;
  /** Ingest tells which epoch its oldest unfinished batch was begun under; null when none is in flight. */
  inFlight(owner: string, epoch: number | null): void;
}

/** Where a feature's values stand in the arrays of an event row. Append-only: a position never changes meaning. */
export interface FeaturePlace {
  name: string;
  /** `numeric` → events.numeric, `categorical` (strings and booleans) → events.categorical, `embedding` → events.embeddings. */
  kind: 'numeric' | 'categorical' | 'embedding';
  position: number;
}

export interface FeatureOrder {
  model: string;
  places: ReadonlyMap<string, FeaturePlace>;
}

export interface FeatureRegistry {
  /** Known order, from memory; an empty order for a new model. */
  order(model: string): FeatureOrder;
  /** Appends features that are new (in the order given) and returns the new order once it is durable. */
  append(
    model: string,
    features: readonly { name: string; kind: FeaturePlace['kind'] }[],
  ): Promise<FeatureOrder>;
}

/**
 * Rows for one table. Events come as one block of ClickHouse's Native format, which the engine takes without parsing
 * it; a column without any value is left out. Everything else is TSV text in the order of `columns`, each row ending in
 * a line feed:
 *
 * - Moments (`ts`, `received_at`, `at`): seconds, a point and three digits (`1700000000.123`), from 1970-01-02 on.
 *   Plain milliseconds are not taken: before September 2001 they would be read as seconds.
 * - `minute`: whole seconds (`1700000040`).
 * - Numbers: JavaScript's own text, which gives back the very same double; missing is `nan`, `inf` and `-inf` are
 *   themselves. Nullable columns write `\N`.
 * - `bins` is a map in braces, place in the dense layout to count: `{0:2,17:40}`; places without a count are left out.
 * - `payload` of a dead letter is base64.
 *
 * At most 1,000,000 rows and 200 MiB, so that the insert stays one block with one token.
 */
export interface TableRows {
  table: 'events' | 'labels' | 'histograms' | 'traffic' | 'dead_letters';
  columns: readonly string[];
  rows: number;
  format: 'Native' | 'TabSeparated';
  body: readonly (string | Buffer)[];
  /** Tables of counts: the oldest minute among the rows, epoch ms. */
  oldestMinute?: number;
}

/**
 * One batch, written whole. Each table is inserted with its own deduplication token derived from `key`, so writing
 * the same batch again changes nothing. `source` and the offsets name the range on each event row.
 */
export interface WriteBatch {
  key: string;
  source: string;
  firstOffset: bigint;
  lastOffset: bigint;
  epoch: number;
  tables: readonly TableRows[];
}

/** A write that the store refused. `retry` = the store is down or full and may recover; otherwise the rows are at fault. */
export interface StoreFailure extends Error {
  readonly retry: boolean;
}

export interface BatchStore {
  /** Resolves when every table of the batch is durable. Rejects with a `StoreFailure`. */
  write(batch: WriteBatch): Promise<void>;
  /** Offsets of `[first, last]` of this source that are in `events` already (audit after an unclean stop). */
  storedOffsets(source: string, first: bigint, last: bigint): Promise<Set<bigint>>;
  /** Event ids by offset of what is stored of a range. */
  storedIds(source: string, first: bigint, last: bigint): Promise<Map<string, Set<string>>>;
  /** Sources of stored events that begin with `prefix`. */
  storedSources(prefix: string): Promise<string[]>;
  /** Rebuilds histograms and traffic from events for the minutes that the range touched, where they differ. */
  repairRange(source: string, first: bigint, last: bigint): Promise<{ rebuiltMinutes: number }>;
  /** Whether a batch of this HTTP idempotency key is stored: the number of its event rows, 0 when none. */
  storedBySource(source: string): Promise<number>;
  /** False while the store can't take writes (down, disk full). */
  healthy(): boolean;
}

/** Metrics that ingest moves; serve renders them with prom-client. */
export interface IngestMetrics {
  received(source: 'kafka' | 'http', events: number, bytes: number): void;
  stored(source: 'kafka' | 'http', events: number): void;
  rejected(source: 'kafka' | 'http', code: string, events: number): void;
  deadLettered(stage: 'decode' | 'validate' | 'store', events: number): void;
  /** A range of which nobody knew how much was stored was compared with the store; what was missing is there now. */
  audited(restoredEvents: number, rebuiltMinutes: number): void;
  /** Features of stored events were left out of their rows; `features` of them in one batch. */
  featureProblem(problem: 'kind_changed' | 'too_many_features', features: number): void;
  /** Understood and on purpose no event, e.g. a span of something else, or half of an inference that waits. */
  passedOver(source: 'kafka' | 'http', reason: string, events: number): void;
  batch(rows: number, decodeMs: number, insertMs: number): void;
  lag(topic: string, partition: number, lag: number): void;
  paused(paused: boolean, reason: string): void;
}

/**
 * Tells evaluate which minutes of which model got new events, so that late ones re-evaluate their windows. A minute
 * is its start in epoch seconds; both ends are included.
 */
export interface ArrivalListener {
  arrived(model: string, version: string, fromMinute: number, toMinute: number): void;
}
