import type { Performance, SignalBins } from '@leeway/contract';
import { samplePerformance } from './performance.js';
import {
  type Grouping,
  groupedCounts,
  type SortedNumbers,
  sortedNumbers,
  timeSpan,
  valueCounts,
} from './questions.js';
import { openSamples, type SampleColumn, type SampleEngine } from './samples.js';

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
  grouped(column: string, bins: SignalBins, grouping: Grouping): Promise<Map<number, number[]>>;
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
  return {
    format: samples.format,
    bytes: samples.bytes,
    rows: samples.rows,
    columns: samples.columns,
    numbers: (column) => sortedNumbers(samples, column),
    values: (column, limit) => valueCounts(samples, column, limit),
    grouped: (column, bins, grouping) => groupedCounts(samples, column, bins, grouping),
    span: (column) => timeSpan(samples, column),
    performance: (columns) => samplePerformance(samples, columns),
    close: () => samples.close(),
  };
}
