import { join, type Sql, sql } from '../sql.js';
import { doubles } from './questions.js';
import { readingError, SAMPLE_SETTINGS, type Samples } from './samples.js';

/** Numbers that sampled vectors may have in all. */
const VECTOR_NUMBERS = 2_000_000;

/** The values of a numeric column, a double a row in any order, NaN where one is missing. */
export function doublesOf(samples: Samples, column: string): Promise<Float64Array<ArrayBuffer>> {
  return answer(
    samples,
    column,
    sql`SELECT groupArray(v) FROM (SELECT ifNull(${doubles(samples, column)}, nan) AS v
        FROM ${samples.source}) ${SAMPLE_SETTINGS}`,
  );
}

/** Numbers of at most `most` rows spread over the file, row after row, NaN where one is missing. */
export function rowsOf(
  samples: Samples,
  columns: readonly string[],
  most: number,
): Promise<Float64Array<ArrayBuffer>> {
  const values = columns.map((column) => sql`ifNull(${doubles(samples, column)}, nan)`);
  return answer(
    samples,
    columns.join(', '),
    sql`SELECT arrayFlatten(groupArray(row)) FROM (SELECT [${join(values, ', ')}] AS row, rowNumberInAllBlocks() AS place
        FROM ${samples.source}) WHERE ${drawn(stepOf(samples, most))} ${SAMPLE_SETTINGS}, max_threads = 1`,
  );
}

/**
 * Vectors of at most `most` rows spread over the file (fewer when they are long), those that are as long as the longest; how
 * many of the rows have none or one of another length.
 */
export async function vectorsOf(
  samples: Samples,
  column: string,
  most: number,
): Promise<{ vectors: number[][]; missing: number }> {
  const vector = samples.vector(column);
  const [found] = await samples.engine.lane.rows<{ length: number }>(
    sql`SELECT toUInt32(max(length(${vector}))) AS length FROM ${samples.source} ${SAMPLE_SETTINGS}`,
  );
  const length = found?.length ?? 0;
  if (length === 0) return { vectors: [], missing: Math.min(most, samples.rows) };
  const step = stepOf(samples, Math.max(1, Math.min(most, Math.floor(VECTOR_NUMBERS / length))));
  const flat = await answer(
    samples,
    column,
    sql`SELECT arrayFlatten(groupArrayIf(v, length(v) = ${length})) FROM (
          SELECT arrayMap(x -> toFloat64(x), ${vector}) AS v, rowNumberInAllBlocks() AS place FROM ${samples.source})
        WHERE ${drawn(step)} ${SAMPLE_SETTINGS}, max_threads = 1`,
  );
  const vectors: number[][] = [];
  for (let at = 0; at < flat.length; at += length) vectors.push(Array.from(flat.subarray(at, at + length)));
  return { vectors, missing: Math.ceil(samples.rows / step) - vectors.length };
}

/** One row of each `step`, at a place that looks drawn: rows often have a rhythm of their own. */
function drawn(step: number): Sql {
  return sql`place % ${step} = cityHash64(intDiv(place, ${step})) % ${step}`;
}

function stepOf(samples: Samples, most: number): number {
  return Math.max(1, Math.ceil(samples.rows / most));
}

function answer(samples: Samples, column: string, query: Sql): Promise<Float64Array<ArrayBuffer>> {
  const { lane, backend } = samples.engine;
  return lane
    .turn('read a column', () => backend.doubles(query.text))
    .catch((error: unknown) => {
      throw readingError(error, column);
    });
}
