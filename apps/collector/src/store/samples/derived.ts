import type { EmbeddingReference, JointReference } from '@leeway/contract';
import { embeddingNumber, withJointNumber } from '../counting/derived-number.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { readingError, SAMPLE_SETTINGS, type Samples } from './samples.js';

/**
 * A number made of columns by a reference. The reference is fitted on one row in `every`, and the number is counted
 * on the others only: rows that helped to fit lie nearer to the fit than fresh ones ever will.
 */
export interface DerivedNumber {
  columns: readonly string[];
  every: number;
  joint?: JointReference;
  embedding?: EmbeddingReference;
}

const FITTED = identifier('@fitted');
const JOINT = '@joint';

/** All rows with the columns asked for, and whether each belongs to the fit: by its place in the file, scattered. */
function marked(samples: Samples, columns: readonly string[], every: number): Sql {
  const list = join(columns.map(identifier), ', ');
  return sql`(SELECT ${list}, cityHash64(rowNumberInAllBlocks()) % ${every} = 0 AS ${FITTED} FROM ${samples.source})`;
}

/**
 * The rows that a derived number is counted on, as a table expression, and the number as an expression over them, NaN
 * where it is missing. Ask it with one thread only.
 */
export function derived(
  samples: Samples,
  made: DerivedNumber,
  timestamp: string | null = null,
): { source: Sql; value: Sql } {
  const columns = [...new Set(timestamp === null ? made.columns : [...made.columns, timestamp])];
  const heldOut = sql`(SELECT * FROM ${marked(samples, columns, made.every)} WHERE NOT ${FITTED})`;
  if (made.joint) {
    const features = made.columns.map((column) => sql`ifNull(${samples.number(column)}, nan)`);
    return { source: withJointNumber(made.joint, features, heldOut, JOINT), value: identifier(JOINT) };
  }
  if (!made.embedding) throw new TypeError('a derived number needs a joint or an embedding reference');
  const vector = sql`arrayMap(x -> toFloat32(x), ${samples.vector(made.columns[0]!)})`;
  return { source: heldOut, value: embeddingNumber(made.embedding, vector, 'e_') };
}

/** The rows of a fit, row after row, NaN where a value is missing. */
export async function fitRows(
  samples: Samples,
  columns: readonly string[],
  every: number,
): Promise<Float64Array<ArrayBuffer>> {
  const values = columns.map((column) => sql`ifNull(${samples.number(column)}, nan)`);
  return doubles(
    samples,
    columns.join(', '),
    sql`SELECT arrayFlatten(groupArrayIf([${join(values, ', ')}], ${FITTED}))
        FROM ${marked(samples, columns, every)} ${SAMPLE_SETTINGS}, max_threads = 1`,
  );
}

/** The vectors of a fit: those of the length that most of them have. */
export async function fitVectors(samples: Samples, column: string, every: number): Promise<Float64Array[]> {
  const vector = samples.vector(column);
  const rows = marked(samples, [column], every);
  const [usual] = await samples.engine.lane.rows<{ size: number }>(
    sql`SELECT toUInt32(length(${vector})) AS size FROM ${rows} WHERE ${FITTED} AND size > 0
        GROUP BY size ORDER BY count() DESC, size LIMIT 1 ${SAMPLE_SETTINGS}, max_threads = 1`,
  );
  if (!usual) return [];
  const { size } = usual;
  const numbers = await doubles(
    samples,
    column,
    sql`SELECT arrayFlatten(groupArrayIf(arrayMap(x -> toFloat64(x), ${vector}), ${FITTED} AND length(${vector}) = ${size}))
        FROM ${rows} ${SAMPLE_SETTINGS}, max_threads = 1`,
  );
  return Array.from({ length: numbers.length / size }, (_, i) => numbers.subarray(i * size, (i + 1) * size));
}

/** A derived number on the rows it is counted on: finite ones ascending, and how many are missing or infinite. */
export async function derivedNumbers(
  samples: Samples,
  made: DerivedNumber,
): Promise<{
  finite: Float64Array<ArrayBuffer>;
  missing: number;
  negativeInfinity: number;
  positiveInfinity: number;
}> {
  const { source, value } = derived(samples, made);
  const numbers = await doubles(
    samples,
    made.columns.join(', '),
    sql`SELECT arraySort(groupArray(v)) FROM (SELECT ${value} AS v FROM ${source}) ${SAMPLE_SETTINGS}, max_threads = 1`,
  );
  // Ascending, with infinities at the ends and NaN last.
  const first = numbers.findIndex((x) => x !== -Infinity);
  const start = first < 0 ? numbers.length : first;
  let end = start;
  while (end < numbers.length && numbers[end]! < Infinity) end++;
  let rest = end;
  while (rest < numbers.length && numbers[rest] === Infinity) rest++;
  return {
    finite: numbers.slice(start, end),
    missing: numbers.length - rest,
    negativeInfinity: start,
    positiveInfinity: rest - end,
  };
}

function doubles(samples: Samples, what: string, query: Sql): Promise<Float64Array<ArrayBuffer>> {
  const { lane, backend } = samples.engine;
  return lane
    .turn('read columns', () => backend.doubles(query.text))
    .catch((error: unknown) => {
      throw readingError(error, what);
    });
}
