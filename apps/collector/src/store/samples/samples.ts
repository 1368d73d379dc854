import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { EmbeddedBackend } from '../engine/embedded.js';
import { StoreError } from '../engine/errors.js';
import type { Lane } from '../engine/lane.js';
import { identifier, join, raw, type Sql, sql } from '../sql.js';
import { type RecognisedFile, recogniseFile, type SampleFormat } from './file-format.js';
import { SampleError } from './sample-error.js';

/** What the values of a column are, as its file says or as all of its texts read. */
export type ColumnType = 'number' | 'boolean' | 'text' | 'time' | 'vector' | 'unsupported';

export interface SampleColumn {
  name: string;
  type: ColumnType;
  /** The type in the file's own words, for messages. */
  fileType: string;
  rows: number;
  /** Null, NaN, and in text formats empty or NA. */
  missing: number;
  /** Distinct values, about, up to `DISTINCT_LIMIT`; of a Parquet file's numbers 1 or `MANY`. */
  distinct: number;
  /** Text formats: how many of the present values read as numbers. */
  numberLike: number;
}

/** A file of rows that can be asked. Close it: text files are held in a temporary table. */
export interface Samples {
  format: SampleFormat;
  bytes: number;
  rows: number;
  columns: readonly SampleColumn[];
  engine: SampleEngine;
  /** A table expression; every row has all columns. */
  source: Sql;
  /** A column as Nullable(Float64) / Nullable(String). */
  number(column: string): Sql;
  text(column: string): Sql;
  /** A column as it is in the file, and one of vectors without nulls. */
  plain(column: string): Sql;
  vector(column: string): Sql;
  close(): Promise<void>;
}

export interface SampleEngine {
  lane: Lane;
  backend: EmbeddedBackend;
}

export const DISTINCT_LIMIT = 1_000_000;
/** Stands for "more than one" where values were not counted. */
export const MANY = 100;
/** Rows that one file may have: a column of them is sorted in memory. */
export const ROW_LIMIT = 20_000_000;
export const COLUMN_LIMIT = 5_000;
const MISSING_TEXTS = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '\\N'];
const READING = raw(
  'input_format_parquet_preserve_order = 1, input_format_null_as_default = 0, input_format_json_read_numbers_as_strings = 1, ' +
    'input_format_json_read_bools_as_strings = 1, input_format_json_read_arrays_as_strings = 1, ' +
    'input_format_json_read_objects_as_strings = 1, input_format_skip_unknown_fields = 1, ' +
    'input_format_max_rows_to_read_for_schema_inference = 100000, input_format_csv_use_best_effort_in_schema_inference = 0, ' +
    'schema_inference_make_columns_nullable = 1, input_format_csv_empty_as_default = 0, input_format_csv_trim_whitespaces = 1, ' +
    'input_format_csv_allow_variable_number_of_columns = 0, input_format_json_try_infer_numbers_from_strings = 0, ' +
    'input_format_try_infer_dates = 0, input_format_try_infer_datetimes = 0, input_format_try_infer_integers = 0',
);

/**
 * Opens a Parquet, CSV or NDJSON file of rows. Parquet is asked where it lies; text is read once into a temporary
 * table. Throws a `SampleError` with a code for a file that can't be used.
 *
 * @param name the file's name for people, when `path` is a temporary one
 * @param known columns whose facts are known already, which spares reading them
 */
export async function openSamples(
  engine: SampleEngine,
  path: string,
  name = path,
  known: ReadonlyMap<string, SampleColumn> = new Map(),
): Promise<Samples> {
  const file = await recogniseFile(path, name);
  const opened =
    file.format === 'parquet'
      ? await openParquet(engine, path, name)
      : await openText(engine, path, name, file);
  try {
    if (opened.types.length === 0) throw new SampleError('no_columns', `${name} has no columns`);
    if (opened.types.length > COLUMN_LIMIT)
      throw new SampleError(
        'too_many_columns',
        `${name} has ${opened.types.length} columns; at most ${COLUMN_LIMIT}`,
      );
    const { rows, columns } = await describe(engine, opened, known);
    if (rows === 0) throw new SampleError('empty_file', `${name} has column names and no row`);
    if (rows > ROW_LIMIT)
      throw new SampleError(
        'too_many_rows',
        `${name} has ${rows.toLocaleString('en')} rows; give a random sample of at most ${ROW_LIMIT.toLocaleString('en')}`,
      );
    return {
      ...opened,
      plain: identifier,
      vector: (column) => sql`arrayMap(x -> ifNull(x, 0), ${identifier(column)})`,
      engine,
      format: file.format,
      bytes: file.bytes,
      rows,
      columns,
    };
  } catch (error) {
    await opened.close();
    throw readingError(error, name);
  }
}

interface Opened {
  source: Sql;
  types: { name: string; type: string }[];
  asText: boolean;
  number(column: string): Sql;
  text(column: string): Sql;
  close(): Promise<void>;
}

async function openParquet(engine: SampleEngine, path: string, name: string): Promise<Opened> {
  const source = sql`file(${resolve(path)}, 'Parquet')`;
  const types = await engine.lane
    .rows<{ name: string; type: string }>(sql`DESCRIBE TABLE ${source} SETTINGS ${READING}`)
    .catch((error: unknown) => {
      throw readingError(error, name);
    });
  const typeOf = new Map(types.map((column) => [column.name, column.type]));
  return {
    source,
    types,
    asText: false,
    number(column) {
      const type = typeOf.get(column) ?? '';
      // Several integer and decimal types become the double that an event would carry.
      if (/Decimal/.test(type)) return sql`toFloat64(${identifier(column)})`;
      return sql`CAST(${identifier(column)}, 'Nullable(Float64)')`;
    },
    text: (column) => sql`CAST(${identifier(column)}, 'Nullable(String)')`,
    close: async () => undefined,
  };
}

async function openText(
  engine: SampleEngine,
  path: string,
  name: string,
  file: RecognisedFile,
): Promise<Opened> {
  if (file.format === 'csv' && file.oneLine)
    throw new SampleError('empty_file', `${name} has column names and no row`);
  const format = file.format === 'csv' ? 'CSVWithNames' : 'JSONEachRow';
  const settings =
    file.format === 'csv'
      ? // Blanks around a field are trimmed, and a tab would be one of them.
        sql`${READING}, format_csv_delimiter = ${file.delimiter}, input_format_csv_allow_whitespace_or_tab_as_delimiter = ${file.delimiter === '\t' ? 1 : 0}`
      : sql`${READING}`;
  const table = `sample_${randomUUID().replaceAll('-', '')}`;
  const close = () => engine.lane.run(sql`DROP TABLE IF EXISTS ${identifier(table)} SYNC`);
  try {
    const found = await engine.lane.rows<{ name: string; type: string }>(
      sql`DESCRIBE TABLE file(${resolve(path)}, ${format}) SETTINGS ${settings}`,
    );
    const structure = found.map((column) => `${identifier(column.name)} Nullable(String)`).join(', ');
    await engine.lane.run(
      sql`CREATE TABLE ${identifier(table)} (${raw(structure)}) ENGINE = MergeTree ORDER BY tuple()
          SETTINGS index_granularity = 8192`,
    );
    await engine.lane.run(
      sql`INSERT INTO ${identifier(table)} SELECT * FROM file(${resolve(path)}, ${format}, ${structure})
          SETTINGS ${settings}, max_insert_threads = 1, max_threads = 1`,
    );
    const present = (column: string) =>
      sql`if(trimBoth(${identifier(column)}) IN ${MISSING_TEXTS}, NULL, trimBoth(${identifier(column)}))`;
    return {
      source: identifier(table),
      types: found,
      asText: true,
      number: (column) => sql`toFloat64OrNull(ifNull(${present(column)}, ''))`,
      text: present,
      close,
    };
  } catch (error) {
    await close();
    throw readingError(error, name);
  }
}

/** Columns that one pass describes; the query's text and memory grow with them. */
const COLUMNS_AT_ONCE = 50;

async function describe(
  engine: SampleEngine,
  opened: Opened,
  known: ReadonlyMap<string, SampleColumn>,
): Promise<{ rows: number; columns: SampleColumn[] }> {
  const described = new Map(known);
  const asked = opened.types.filter((column) => !known.has(column.name));
  let rows = [...known.values()][0]?.rows ?? 0;
  for (let from = 0; from < asked.length; from += COLUMNS_AT_ONCE) {
    const part = asked.slice(from, from + COLUMNS_AT_ONCE);
    const facts = part.map((column, i) => factsOf(opened, column, i));
    const [row] = await engine.lane.rows<Record<string, number>>(
      sql`SELECT count() AS n, ${join(facts, ', ')} FROM ${opened.source} SETTINGS ${READING}`,
    );
    if (!row) continue;
    rows = row.n ?? 0;
    part.forEach((column, i) => {
      described.set(column.name, columnOf(column, opened.asText, rows, row, i));
    });
  }
  return { rows, columns: opened.types.flatMap(({ name }) => described.get(name) ?? []) };
}

function factsOf(opened: Opened, column: { name: string; type: string }, i: number): Sql {
  const type = opened.asText ? 'text' : parquetType(column.type);
  if (type === 'unsupported' || type === 'vector')
    return raw(`0 AS p${i}, 0 AS d${i}, 0 AS m${i}, 0 AS b${i}`);
  if (type === 'number') {
    // Numbers are rarely categories: whether they vary at all is enough, and much cheaper than counting values.
    const v = opened.number(column.name);
    return sql`count(${v}) - countIf(isNaN(${v})) AS ${raw(`p${i}`)}, if(min(${v}) = max(${v}), 1, ${MANY}) AS ${raw(`d${i}`)},
      0 AS ${raw(`m${i}`)}, 0 AS ${raw(`b${i}`)}`;
  }
  const value = opened.text(column.name);
  const present = sql`isNotNull(${value})`;
  const numbers = opened.asText ? sql`countIf(isNotNull(${opened.number(column.name)}))` : sql`0`;
  const booleans = opened.asText ? sql`countIf(lower(ifNull(${value}, '')) IN ('true', 'false'))` : sql`0`;
  return sql`countIf(${present}) AS ${raw(`p${i}`)}, uniqCombinedIf(${value}, ${present}) AS ${raw(`d${i}`)},
    ${numbers} AS ${raw(`m${i}`)}, ${booleans} AS ${raw(`b${i}`)}`;
}

function columnOf(
  column: { name: string; type: string },
  asText: boolean,
  rows: number,
  row: Readonly<Record<string, number>>,
  i: number,
): SampleColumn {
  const present = row[`p${i}`] ?? 0;
  const numberLike = row[`m${i}`] ?? 0;
  let type = asText ? ('text' as ColumnType) : parquetType(column.type);
  if (asText && present > 0) {
    if (numberLike === present) type = 'number';
    else if (row[`b${i}`] === present) type = 'boolean';
  }
  return {
    name: column.name,
    type,
    fileType: asText ? type : column.type,
    rows,
    missing: type === 'vector' || type === 'unsupported' ? 0 : rows - present,
    distinct: Math.min(DISTINCT_LIMIT, row[`d${i}`] ?? 0),
    numberLike,
  };
}

function parquetType(type: string): ColumnType {
  const inner = type.replace(/^LowCardinality\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1');
  if (/^(U?Int\d+|B?Float\d+|Decimal)/.test(inner)) return 'number';
  if (inner === 'Bool') return 'boolean';
  if (/^(String|FixedString|Enum|UUID)/.test(inner)) return 'text';
  if (/^Date/.test(inner)) return 'time';
  if (/^Array\((Nullable\()?B?Float/.test(inner)) return 'vector';
  return 'unsupported';
}

/** What reading a broken file throws, as a sentence about the file. */
export function readingError(error: unknown, name: string): unknown {
  if (error instanceof SampleError) return error;
  if (!(error instanceof StoreError)) return error;
  if (error.code === 'busy' || error.code === 'disk_full' || error.code === 'closed') return error;
  const twice = /Duplicate column name[^"]*"([^"]*)"/.exec(error.message)?.[1];
  if (twice !== undefined)
    return new SampleError('duplicate_column', `${name} has two columns named "${twice}": rename one`, {
      cause: error,
    });
  const text = error.message
    .replace(/^The store could not [a-z ]+: /, '')
    .replace(/Code: \d+\. DB::Exception: /g, '')
    .replace(/\(version [^)]*\)/g, '')
    .slice(0, 300);
  return new SampleError('unreadable_file', `${name} can't be read as a table: ${text}`, { cause: error });
}

/** A statement's settings for reading the file; every query on `source` ends with them. */
export const SAMPLE_SETTINGS: Sql = sql`SETTINGS ${READING}`;
