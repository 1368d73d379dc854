import type { Baseline, Performance, SignalBins } from '@leeway/contract';

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

/** A file of training data that can be asked, a column at a time. */
export interface TrainingFile {
  format: 'parquet' | 'csv' | 'ndjson';
  bytes: number;
  rows: number;
  columns: readonly TrainingColumn[];
  /** Finite values ascending. */
  numbers(column: string): Promise<{
    finite: Float64Array;
    missing: number;
    negativeInfinity: number;
    positiveInfinity: number;
  }>;
  /** Values as text, most frequent first. */
  values(
    column: string,
    limit: number,
  ): Promise<{ counts: { value: string; count: number }[]; missing: number }>;
  /** Counts in the dense layout of `bins` by block of rows, hour since 1970, or hour of the week. */
  grouped(
    column: string,
    bins: SignalBins,
    grouping: { timestamp: string | null; by: 'block' | 'hour' | 'hour_of_week'; blockRows: number },
  ): Promise<ReadonlyMap<number, readonly number[]>>;
  span(column: string): Promise<{ from: number; to: number; rows: number } | null>;
  performance(columns: {
    prediction: string;
    label: string;
    score: string | null;
  }): Promise<Performance | null>;
  close(): Promise<void>;
}

/** Opens a file; failures carry a `code` and a sentence that names the file. */
export type OpenTrainingFile = (path: string, name: string) => Promise<TrainingFile>;

export interface BaselineStore {
  /** Durable when it resolves. */
  save(baseline: Baseline): Promise<void>;
  load(): Promise<Baseline[]>;
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
