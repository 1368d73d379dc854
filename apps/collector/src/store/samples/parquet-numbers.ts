import { closeSync, openSync, readSync } from 'node:fs';
import type { ColumnMetaData, FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
// Of the library only what is needed: each thread loads it anew.
import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js';
import { PARQUET_COMPRESSORS, readPages } from './parquet-pages.js';

/** A top-level column of plain numbers, with what the file's own statistics say of it. */
export interface ParquetNumberColumn {
  name: string;
  /** The type in the engine's words. */
  fileType: string;
  /** Nulls; null where the file doesn't say. NaN isn't among them. */
  nulls: number | null;
  /** True where the statistics show two different values; false says nothing. */
  varies: boolean;
}

/** The columns of plain numbers of one Parquet file, read without a database. */
export interface ParquetNumbers {
  rows: number;
  /** Every top-level column's name, in the file's order. */
  names: readonly string[];
  /** Those of them that can be read here. */
  columns: ReadonlyMap<string, ParquetNumberColumn>;
  /** Reads one column, a double a row and NaN for null, into memory that the next call uses again. */
  read(column: string): Float64Array<ArrayBuffer>;
  close(): void;
}

/** Footers beyond this are not read here: the engine's reader has limits of its own. */
const FOOTER_LIMIT = 64 * 1_048_576;

/**
 * Opens a Parquet file for its columns of plain numbers. Null for files whose footer can't be read here (encrypted,
 * damaged, too large): the engine reads those, or says what is wrong with them.
 */
export function openParquetNumbers(path: string, bytes: number): ParquetNumbers | null {
  const file = openSync(path, 'r');
  let metadata: FileMetaData;
  try {
    const tail = readAt(file, Math.max(0, bytes - 8), Math.min(8, bytes));
    const length = new DataView(tail.buffer).getUint32(0, true);
    if (Buffer.from(tail).toString('latin1', 4) !== 'PAR1' || length > Math.min(FOOTER_LIMIT, bytes - 12))
      throw new Error('no footer');
    metadata = parquetMetadata(readAt(file, bytes - 8 - length, length + 8).buffer as ArrayBuffer);
  } catch {
    closeSync(file);
    return null;
  }
  const tree = parquetSchema(metadata);
  const columns = new Map<string, ParquetNumberColumn>();
  const twice = new Set<string>();
  for (const child of tree.children) {
    const name = child.element.name;
    if (columns.has(name)) twice.add(name);
    const column = describeColumn(metadata, child);
    if (column) columns.set(name, column);
  }
  for (const name of twice) columns.delete(name);
  let chunk = new Uint8Array(0);
  let values = new Float64Array(0);
  const rows = Number(metadata.num_rows);
  return {
    rows,
    names: tree.children.map((child) => child.element.name),
    columns,
    read(column) {
      if (values.length < rows) values = new Float64Array(rows);
      const child = tree.children.find((one) => one.element.name === column);
      if (!child || !columns.has(column)) throw new RangeError(`${column} is no column of plain numbers`);
      let length = 0;
      for (const meta of chunksOf(metadata, child)) {
        const from = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
        const size = Number(meta.total_compressed_size);
        if (chunk.length < size) chunk = new Uint8Array(size);
        const start = Math.min(from, Number(meta.data_page_offset));
        readInto(file, chunk.subarray(0, size), start);
        length = readPages(chunk.subarray(0, size), meta, [tree, child], values, length);
      }
      if (length !== rows) throw new Error(`${column} has ${length} values in ${rows} rows`);
      return values.subarray(0, rows);
    },
    close: () => closeSync(file),
  };
}

/** One column of the schema, null unless it is flat, of plain numbers, and packed in a way that is known here. */
function describeColumn(metadata: FileMetaData, child: SchemaTree): ParquetNumberColumn | null {
  const { element } = child;
  const type = numberType(element);
  if (type === null || child.children.length > 0 || element.repetition_type === 'REPEATED') return null;
  const chunks = chunksOf(metadata, child);
  if (chunks.length !== metadata.row_groups.length) return null;
  if (chunks.some(({ codec }) => codec !== 'UNCOMPRESSED' && !(codec in PARQUET_COMPRESSORS))) return null;
  let nulls: number | null = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const { statistics } of chunks) {
    if (statistics?.null_count === undefined) nulls = null;
    else if (nulls !== null) nulls += Number(statistics.null_count);
    const [low, high] = [statistics?.min_value ?? statistics?.min, statistics?.max_value ?? statistics?.max];
    if (low !== undefined) least = Math.min(least, Number(low));
    if (high !== undefined) most = Math.max(most, Number(high));
  }
  const fileType = element.repetition_type === 'REQUIRED' ? type : `Nullable(${type})`;
  return { name: element.name, fileType, nulls, varies: least < most };
}

/** The engine's name for a type of plain numbers, null for any other. */
function numberType(element: SchemaElement): string | null {
  if (element.type === 'DOUBLE') return 'Float64';
  if (element.type === 'FLOAT') return 'Float32';
  if (element.type !== 'INT32' && element.type !== 'INT64') return null;
  const bits = element.type === 'INT32' ? 32 : 64;
  const { logical_type: logical, converted_type: converted } = element;
  if (logical !== undefined)
    return logical.type === 'INTEGER' && logical.isSigned ? `Int${logical.bitWidth}` : null;
  if (converted === undefined) return `Int${bits}`;
  return /^INT_\d+$/.test(converted) ? `Int${converted.slice(4)}` : null;
}

function chunksOf(metadata: FileMetaData, child: SchemaTree): ColumnMetaData[] {
  return metadata.row_groups.flatMap((group) => {
    const found = group.columns.find(
      ({ meta_data: meta }) =>
        meta?.path_in_schema.length === 1 && meta.path_in_schema[0] === child.element.name,
    );
    // A chunk in another file has no bytes here.
    return found?.meta_data && found.file_path === undefined ? [found.meta_data] : [];
  });
}

function readAt(file: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  readInto(file, bytes, position);
  return bytes;
}

function readInto(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, bytes.length - at, position + at);
    if (read === 0) throw new Error('the file ends early');
    at += read;
  }
}
