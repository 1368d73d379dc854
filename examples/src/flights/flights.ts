import { createRequire } from 'node:module';
import { join } from 'node:path';
import { decompress } from 'fzstd';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';

/** One US flight of 2001. Times are the airport's own clock, read as if they were UTC. */
export interface Flight {
  /** Position in the data set, which makes a stable event id. */
  row: number;
  /** Scheduled departure, epoch ms (in 2001). */
  at: number;
  /** Hour of the day of departure, 0..23. */
  hour: number;
  /** Arrival delay in minutes; negative = early. */
  delay: number;
  /** Great-circle distance in miles. */
  distance: number;
  origin: string;
  destination: string;
}

/** Where npm put the 3,000,000 flights of January to June 2001, in order of departure. */
export function flightsFile(): string {
  const folder = join(createRequire(import.meta.url).resolve('vega-datasets'), '..', '..');
  return join(folder, 'data', 'flights-3m.parquet');
}

type Column = ArrayLike<bigint | number | Date | string>;

/** Flights from `from` up to `to` (epoch ms, half-open), one Parquet row group in memory at a time. */
export async function* readFlights(file: string, from: number, to: number): AsyncGenerator<Flight> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const columns = await readColumns(buffer, metadata, rowStart, rowEnd);
    const last = time(columns.date!, rowEnd - rowStart - 1);
    if (last >= from) {
      for (let i = 0; i < rowEnd - rowStart; i++) {
        const at = time(columns.date!, i);
        if (at >= to) return;
        if (at >= from) yield flightOf(columns, i, rowStart + i, at);
      }
    }
    rowStart = rowEnd;
  }
}

function flightOf(columns: Record<string, Column>, i: number, row: number, at: number): Flight {
  return {
    row,
    at,
    hour: new Date(at).getUTCHours(),
    delay: Number(columns.delay![i]),
    distance: Number(columns.distance![i]),
    origin: String(columns.origin![i]),
    destination: String(columns.destination![i]),
  };
}

function time(dates: Column, i: number): number {
  const value = dates[i];
  if (!(value instanceof Date)) throw new TypeError(`the date column holds ${typeof value}, not timestamps`);
  return value.getTime();
}

async function readColumns(
  file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
  metadata: Awaited<ReturnType<typeof parquetMetadataAsync>>,
  rowStart: number,
  rowEnd: number,
): Promise<Record<string, Column>> {
  const columns: Record<string, (bigint | number | Date | string)[]> = {};
  await parquetRead({
    file,
    metadata,
    rowStart,
    rowEnd,
    // The file's pages are compressed with Zstandard, which hyparquet leaves to its caller.
    compressors: { ZSTD: (bytes, length) => decompress(bytes, new Uint8Array(length)) },
    onChunk: ({ columnName, columnData, rowStart: first }) => {
      columns[columnName] ??= new Array(rowEnd - rowStart);
      const column = columns[columnName];
      for (let i = 0; i < columnData.length; i++) {
        const at = first + i - rowStart;
        if (at >= 0 && at < column.length) column[at] = columnData[i];
      }
    },
  });
  return columns;
}
