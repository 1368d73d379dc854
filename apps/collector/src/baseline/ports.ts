import type { Baseline, EmbeddingReference, JointReference, Performance, SignalBins } from '@leeway/contract';

/** One column of a file of training data. */
export interface TrainingColumn {
  name: string;
  type: 'number' | 'boolean' | 'text' | 'time' | 'vector' | 'unsupported';
  /** The type in the file's own words. */
  fileType: string;
  rows: number;
  missing: number;
  /** Distinct values, about. */
  distinct: number;
  /** Text files: how many of the present values read as numbers. */
  numberLike: number;
}

/** Numbers of a column, and how many rows hold something else. */
export interface ColumnNumbers {
  finite: Float64Array<ArrayBuffer>;
  missing: number;
  negativeInfinity: number;
  positiveInfinity: number;
}

/**
 * A number made of columns by a reference: whole rows' distance, or a vector's region. The reference is fitted on
 * one row in `every`, and the number is counted on the others: rows that helped to fit lie nearer to the fit than
 * fresh ones ever will, and a window of fresh rows would seem to drift.
 */
export interface DerivedNumber {
  columns: readonly string[];
  every: number;
  joint?: JointReference;
  embedding?: EmbeddingReference;
}

/** A file of training data that can be asked, a column at a time. */
export interface TrainingFile {
  format: 'parquet' | 'csv' | 'ndjson';
  bytes: number;
  rows: number;
  columns: readonly TrainingColumn[];
  /** Finite values ascending. */
  numbers(column: string): Promise<ColumnNumbers>;
  /** Values as text, most frequent first. */
  values(
    column: string,
    limit: number,
  ): Promise<{ counts: { value: string; count: number }[]; missing: number }>;
  /** Counts in the dense layout of `bins` by block of rows, hour since 1970, or hour of the week. */
  grouped(
    column: string | DerivedNumber,
    bins: SignalBins,
    grouping: { timestamp: string | null; by: 'block' | 'hour' | 'hour_of_week'; blockRows: number },
  ): Promise<ReadonlyMap<number, readonly number[]>>;
  /** The rows that a reference is fitted on, row after row, NaN where a value is missing. */
  fitRows(columns: readonly string[], every: number): Promise<Float64Array>;
  /** The vectors that a reference is fitted on, those of the most frequent length. */
  fitVectors(column: string, every: number): Promise<Float64Array[]>;
  /** A derived number on the rows that its reference was not fitted on. */
  derivedNumbers(made: DerivedNumber): Promise<ColumnNumbers>;
  span(column: string): Promise<{ from: number; to: number; rows: number } | null>;
  performance(columns: {
    prediction: string;
    label: string;
    score: string | null;
  }): Promise<Performance | null>;
  close(): Promise<void>;
}

/** A file that `leeway compare` reads: raw numbers as well, and rows of several columns. */
export interface ComparedFile extends TrainingFile {
  /** One double a row in any order, NaN where a value is missing, in memory that the next call may use again. */
  doubles(column: string): Promise<Float64Array<ArrayBuffer>>;
  /** Columns that other threads can read from the file as well, see `PairThreads`. */
  plainNumbers: ReadonlySet<string>;
  /** Numbers of at most `most` rows spread over the file, row after row, NaN where a value is missing. */
  sampleRows(columns: readonly string[], most: number): Promise<Float64Array<ArrayBuffer>>;
  /** Vectors of at most `most` rows spread over the file, and how many of those rows have none. */
  sampleVectors(column: string, most: number): Promise<{ vectors: number[][]; missing: number }>;
}
export type OpenComparedFile = (path: string, name: string) => Promise<ComparedFile>;

/** Opens a file; failures carry a `code` and a sentence that names the file. */
export type OpenTrainingFile = (path: string, name: string) => Promise<TrainingFile>;

export interface BaselineStore {
  /** Durable when it resolves. */
  save(baseline: Baseline): Promise<void>;
  /** Every baseline whose id is not `known` yet, oldest first. */
  load(known: ReadonlySet<string>): Promise<Baseline[]>;
}

export interface ActivationEntry {
  seq: number;
  at: number;
  kind: string;
  model: string;
  body: unknown;
}
export interface ActivationJournal {
  append(entries: readonly Omit<ActivationEntry, 'seq'>[]): Promise<ActivationEntry[]>;
  replay(kinds: readonly string[], page: (entries: readonly ActivationEntry[]) => void): Promise<void>;
}

/** Counts a model's retained events against its active baseline. Can be repeated after a stop. */
export type Rebin = (
  model: string,
  progress: { done(share: number): void; signal?: AbortSignal },
) => Promise<void>;

export interface BaselineLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
