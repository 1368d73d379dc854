import type { Performance, SignalBins } from '@leeway/contract';
import { type DerivedNumber, derivedNumbers, fitRows, fitVectors } from './derived.js';
import { samplePerformance } from './performance.js';
import {
  type Grouping,
  groupedCounts,
  type SortedNumbers,
  sortedNumbers,
  timeSpan,
  valueCounts,
} from './questions.js';
import { openSamples, type SampleColumn, type SampleEngine, type Samples } from './samples.js';

/** A file of rows as the baseline room and `leeway compare` see it: questions about columns, no SQL. */
export interface SampleFile {
  format: 'parquet' | 'csv' | 'ndjson';
  bytes: number;
  rows: number;
  columns: readonly SampleColumn[];
  numbers(column: string): Promise<SortedNumbers>;
  values(
    column: string,
    limit: number,
  ): Promise<{ counts: { value: string; count: number }[]; missing: number }>;
  grouped(
    column: string | DerivedNumber,
    bins: SignalBins,
    grouping: Grouping,
  ): Promise<Map<number, number[]>>;
  fitRows(columns: readonly string[], every: number): Promise<Float64Array<ArrayBuffer>>;
  fitVectors(column: string, every: number): Promise<Float64Array[]>;
  derivedNumbers(made: DerivedNumber): Promise<SortedNumbers>;
  span(column: string): Promise<{ from: number; to: number; rows: number } | null>;
  performance(columns: {
    prediction: string;
    label: string;
    score: string | null;
  }): Promise<Performance | null>;
  close(): Promise<void>;
}

/** Opens a Parquet, CSV or NDJSON file. Throws a `SampleError` with a code when it can't be used. */
export async function openSampleFile(engine: SampleEngine, path: string, name?: string): Promise<SampleFile> {
  const samples = await openSamples(engine, path, name);
  return sampleFile(async () => samples, samples);
}

/** The questions of a file over samples that may be opened with the first one. */
export function sampleFile(
  samples: () => Promise<Samples>,
  facts: Pick<SampleFile, 'format' | 'bytes' | 'rows' | 'columns'>,
): SampleFile {
  return {
    format: facts.format,
    bytes: facts.bytes,
    rows: facts.rows,
    columns: facts.columns,
    numbers: async (column) => sortedNumbers(await samples(), column),
    values: async (column, limit) => valueCounts(await samples(), column, limit),
    grouped: async (column, bins, grouping) => groupedCounts(await samples(), column, bins, grouping),
    fitRows: async (columns, every) => fitRows(await samples(), columns, every),
    fitVectors: async (column, every) => fitVectors(await samples(), column, every),
    derivedNumbers: async (made) => derivedNumbers(await samples(), made),
    span: async (column) => timeSpan(await samples(), column),
    performance: async (columns) => samplePerformance(await samples(), columns),
    close: async () => (await samples()).close(),
  };
}
