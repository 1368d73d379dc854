import { recogniseFile } from './file-format.js';
import { type SampleFile, sampleFile } from './files.js';
import { openParquetNumbers, type ParquetNumbers } from './parquet-numbers.js';
import { doublesOf, rowsOf, vectorsOf } from './questions-rows.js';
import {
  COLUMN_LIMIT,
  MANY,
  openSamples,
  ROW_LIMIT,
  type SampleColumn,
  type SampleEngine,
  type Samples,
} from './samples.js';

/** A file as `leeway compare` sees it: what the baseline room asks, raw numbers, and rows of several columns. */
export interface ComparedSampleFile extends SampleFile {
  plainNumbers: ReadonlySet<string>;
  doubles(column: string): Promise<Float64Array<ArrayBuffer>>;
  sampleRows(columns: readonly string[], most: number): Promise<Float64Array<ArrayBuffer>>;
  sampleVectors(column: string, most: number): Promise<{ vectors: number[][]; missing: number }>;
}

/**
 * Opens a file for comparison. A Parquet file's columns of plain numbers are read here, several times as fast as the
 * engine answers them; `startEngine` is only called for what else there is.
 */
export async function openComparedFile(
  startEngine: () => Promise<SampleEngine>,
  path: string,
  name: string,
): Promise<ComparedSampleFile> {
  const { format, bytes } = await recogniseFile(path, name);
  const parquet = format === 'parquet' ? openParquetNumbers(path, bytes) : null;
  const known = parquet === null ? null : factsOf(parquet);
  const whole = parquet !== null && known !== null && known.size === parquet.names.length;
  let opening: Promise<Samples> | null = null;
  const samples = () => {
    opening ??= startEngine().then((engine) => openSamples(engine, path, name, known ?? undefined));
    return opening;
  };
  const asked = whole ? null : await samples();
  const columns = asked?.columns ?? [...known!.values()];
  const asks = sampleFile(samples, { format, bytes, rows: asked?.rows ?? parquet!.rows, columns });
  const plainNumbers = new Set(known?.keys());
  return {
    ...asks,
    plainNumbers,
    async doubles(column) {
      if (plainNumbers.has(column)) {
        try {
          return parquet!.read(column);
        } catch {
          // The engine reads more kinds of pages, and says in its own words what is wrong with broken ones.
          plainNumbers.delete(column);
        }
      }
      return doublesOf(await samples(), column);
    },
    sampleRows: async (wanted, most) => rowsOf(await samples(), wanted, most),
    sampleVectors: async (column, most) => vectorsOf(await samples(), column, most),
    async close() {
      parquet?.close();
      await (await opening)?.close();
    },
  };
}

/** What a Parquet file says of its columns of plain numbers; asks the values only where its footer doesn't tell. */
function factsOf(file: ParquetNumbers): Map<string, SampleColumn> | null {
  if (file.names.length > COLUMN_LIMIT || file.rows > ROW_LIMIT || file.rows === 0) return null;
  if (new Set(file.names).size < file.names.length) return null;
  const facts = new Map<string, SampleColumn>();
  for (const column of file.columns.values()) {
    const { name, fileType } = column;
    const told = column.varies && column.nulls !== null;
    const found = told ? { missing: column.nulls!, distinct: MANY } : factsOfValues(file, name);
    if (found !== null)
      facts.set(name, { name, type: 'number', fileType, rows: file.rows, numberLike: 0, ...found });
  }
  return facts;
}

function factsOfValues(file: ParquetNumbers, column: string): { missing: number; distinct: number } | null {
  let values: Float64Array;
  try {
    values = file.read(column);
  } catch {
    return null;
  }
  let missing = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (Number.isNaN(value)) missing++;
    else {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return { missing, distinct: least === most ? 1 : MANY };
}
