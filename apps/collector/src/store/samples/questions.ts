import type { SignalBins } from '@leeway/contract';
import { binOf } from '../counting/count-events.js';
import { numberText } from '../counting/derived-number.js';
import { type Sql, sql } from '../sql.js';
import { type DerivedNumber, derived } from './derived.js';
import { readingError, SAMPLE_SETTINGS, type Samples } from './samples.js';

/** Numbers of a column, finite ones ascending, and how many are something else. */
export interface SortedNumbers {
  finite: Float64Array<ArrayBuffer>;
  missing: number;
  negativeInfinity: number;
  positiveInfinity: number;
}

/** A column's values as one expression of doubles; a vector counts by its length, as ingest does it. */
export function doubles(samples: Samples, column: string): Sql {
  const type = samples.columns.find((one) => one.name === column)?.type;
  if (type === 'vector') {
    const vector = sql`${samples.vector(column)}`;
    return sql`if(empty(${vector}), NULL, sqrt(arraySum(x -> toFloat64(x) * x, ${vector})))`;
  }
  return samples.number(column);
}

/** The finite values of a numeric column in ascending order, exact. One pass, 8 bytes a row. */
export async function sortedNumbers(samples: Samples, column: string): Promise<SortedNumbers> {
  const value = sql`ifNull(${doubles(samples, column)}, nan)`;
  const { lane, backend } = samples.engine;
  const finite = await lane
    .turn('read a column', () =>
      backend.doubles(
        sql`SELECT arraySort(groupArrayIf(v, isFinite(v))) FROM (SELECT ${value} AS v FROM ${samples.source}) ${SAMPLE_SETTINGS}`
          .text,
      ),
    )
    .catch((error: unknown) => {
      throw readingError(error, column);
    });
  if (finite.length === samples.rows) return { finite, missing: 0, negativeInfinity: 0, positiveInfinity: 0 };
  const [rest] = await lane.rows<{ missing: number; low: number; high: number }>(
    sql`SELECT countIf(isNaN(v)) AS missing, countIf(v = -inf) AS low, countIf(v = inf) AS high
        FROM (SELECT ${value} AS v FROM ${samples.source}) ${SAMPLE_SETTINGS}`,
  );
  return {
    finite,
    missing: rest?.missing ?? 0,
    negativeInfinity: rest?.low ?? 0,
    positiveInfinity: rest?.high ?? 0,
  };
}

/** Counts of a column's values, most frequent first and then by name, at most `limit`; and how many are missing. */
export async function valueCounts(
  samples: Samples,
  column: string,
  limit: number,
): Promise<{ counts: { value: string; count: number }[]; missing: number }> {
  const rows = await samples.engine.lane.rows<{ value: string | null; n: number }>(
    sql`SELECT v AS value, count() AS n FROM (SELECT ${categoryText(samples, column)} AS v FROM ${samples.source})
        GROUP BY v ORDER BY isNull(v) DESC, n DESC, v LIMIT ${limit + 1} ${SAMPLE_SETTINGS}`,
  );
  const missing = rows.find((row) => row.value === null)?.n ?? 0;
  const counts = rows.flatMap((row) => (row.value === null ? [] : [{ value: row.value, count: row.n }]));
  return { counts: counts.slice(0, limit), missing };
}

/** A column's values as the text that an event's value becomes: booleans in small letters, numbers as they print. */
export function categoryText(samples: Samples, column: string): Sql {
  const type = samples.columns.find((one) => one.name === column)?.type;
  if (type === 'number') {
    const value = samples.number(column);
    return sql`if(isNull(${value}) OR isNaN(assumeNotNull(${value})), NULL, ${numberText(sql`assumeNotNull(${value})`)})`;
  }
  return type === 'boolean' ? sql`lower(${samples.text(column)})` : samples.text(column);
}

/** Groups of rows: by position in the file, or by time. */
export interface Grouping {
  /** Timestamp column; null = the file's order. */
  timestamp: string | null;
  by: 'block' | 'hour' | 'hour_of_week';
  /** Rows a block, for `block`. */
  blockRows: number;
}

/**
 * Counts of one signal in its dense layout, by group (block number, hour since 1970, or hour of the week). Of a
 * derived number, only the rows that its reference was not fitted on.
 */
export async function groupedCounts(
  samples: Samples,
  column: string | DerivedNumber,
  bins: SignalBins,
  grouping: Grouping,
): Promise<Map<number, number[]>> {
  const numeric = bins.kind === 'numeric' || bins.kind === 'embedding';
  const own = (name: string) => ({
    source: samples.source,
    value: numeric ? sql`ifNull(${doubles(samples, name)}, nan)` : categoryText(samples, name),
  });
  const { source, value } =
    typeof column === 'string' ? own(column) : derived(samples, column, grouping.timestamp);
  const oneThread = typeof column !== 'string' || grouping.by === 'block';
  const group = groupExpression(grouping);
  const order = grouping.timestamp !== null && grouping.by === 'block';
  const rows = await samples.engine.lane.rows<{ g: number; bin: number; n: number }>(
    sql`SELECT g, bin, count() AS n FROM (
          SELECT ${group} AS g, ${binOf(bins, sql`value`, 'v')} AS bin FROM (
            SELECT ${value} AS value ${grouping.timestamp === null ? sql`` : sql`, ${timeExpression(samples, grouping.timestamp)} AS at`}
            FROM ${source} ${order ? sql`ORDER BY at` : sql``}))
        WHERE isNotNull(g) GROUP BY g, bin ${SAMPLE_SETTINGS}, max_threads = ${oneThread ? 1 : 2}`,
  );
  const size = numeric ? bins.edges.length + 4 : bins.categories.length + 3;
  const found = new Map<number, number[]>();
  for (const row of rows) {
    let counts = found.get(row.g);
    if (!counts) {
      counts = new Array<number>(size).fill(0);
      found.set(row.g, counts);
    }
    counts[row.bin]! += row.n;
  }
  return new Map([...found].sort((a, b) => a[0] - b[0]));
}

function groupExpression(grouping: Grouping): Sql {
  if (grouping.by === 'block') return sql`toInt64(intDiv(rowNumberInAllBlocks(), ${grouping.blockRows}))`;
  if (grouping.by === 'hour') return sql`intDiv(at, 3600000)`;
  return sql`(toDayOfWeek(fromUnixTimestamp64Milli(at, 'UTC')) - 1) * 24 + toHour(fromUnixTimestamp64Milli(at, 'UTC'))`;
}

/** A column as epoch milliseconds, null where it is no time. Whole numbers are s, ms, µs or ns by their size. */
export function timeExpression(samples: Samples, column: string): Sql {
  const type = samples.columns.find((one) => one.name === column)?.type;
  if (type === 'number') {
    const value = samples.number(column);
    const abs = sql`abs(${value})`;
    return sql`accurateCastOrNull(round(multiIf(${abs} < 1e11, ${value} * 1000, ${abs} < 1e14, ${value},
      ${abs} < 1e17, ${value} / 1e3, ${value} / 1e6)), 'Int64')`;
  }
  if (type === 'time')
    return sql`toUnixTimestamp64Milli(toDateTime64OrNull(toString(${samples.plain(column)}), 3, 'UTC'))`;
  return sql`toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(ifNull(${samples.text(column)}, ''), 3, 'UTC'))`;
}

/** First and last moment of a timestamp column, and how many rows have one. */
export async function timeSpan(
  samples: Samples,
  column: string,
): Promise<{ from: number; to: number; rows: number } | null> {
  const [row] = await samples.engine.lane.rows<{ low: number | null; high: number | null; n: number }>(
    sql`SELECT min(at) AS low, max(at) AS high, count(at) AS n
        FROM (SELECT ${timeExpression(samples, column)} AS at FROM ${samples.source}) ${SAMPLE_SETTINGS}`,
  );
  if (!row || row.low === null || row.high === null) return null;
  return { from: row.low, to: row.high, rows: row.n };
}
