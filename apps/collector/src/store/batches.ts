import { StoreError, storeError } from './engine/errors.js';
import type { InsertFormat, Lane } from './engine/lane.js';
import type { WriteGate } from './gate.js';
import { sql } from './sql.js';

/** Rows for one table; ingest's `TableRows`. */
export interface TableRows {
  table: 'events' | 'labels' | 'histograms' | 'traffic' | 'dead_letters';
  columns: readonly string[];
  rows: number;
  format: InsertFormat;
  body: readonly (string | Buffer)[];
  /** Tables of counts: the oldest minute among the rows, epoch ms. */
  oldestMinute?: number;
}
/** Ingest's `WriteBatch`. */
export interface WriteBatch {
  key: string;
  source: string;
  firstOffset: bigint;
  lastOffset: bigint;
  epoch: number;
  tables: readonly TableRows[];
}

/**
 * An insert stays one block, so that one token names it whole: below the engine's `min_insert_block_size_rows`
 * (1,048,449) and `min_insert_block_size_bytes` (256 MiB).
 */
export const BATCH_ROW_LIMIT = 1_000_000;
export const BATCH_BYTE_LIMIT = 200 * 1_048_576;
/** How long a failed write keeps the store unhealthy before it may be tried again. */
const UNHEALTHY_MS = 5_000;

/** A failed batch that nobody wrote again for so long was given up or cut into others. */
const GIVEN_UP_MS = 600_000;
const HALF_WRITTEN_LIMIT = 10_000;

/** The token of one table's part of a batch. */
export function deduplicationToken(key: string, table: string): string {
  return `${key}/${table}`;
}

/**
 * Writes batches, each table with a deduplication token of its own. `touched` hears of the oldest minute whose counts
 * change, before and after.
 */
export function createBatchWriter(
  lane: Lane,
  gate: WriteGate,
  clock: () => number,
  touched: (oldestMinute: number) => void,
) {
  let unhealthySince: number | null = null;
  /** Batches of which a table was written and another failed, with the time of the failure. */
  const halfWritten = new Map<string, number>();

  function remember(key: string): void {
    halfWritten.delete(key);
    halfWritten.set(key, clock());
    if (halfWritten.size > HALF_WRITTEN_LIMIT) halfWritten.delete(halfWritten.keys().next().value!);
  }

  async function writeTable(key: string, rows: TableRows): Promise<void> {
    const body = rows.body.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
    const bytes = body.reduce((sum, piece) => sum + piece.length, 0);
    if (rows.rows > BATCH_ROW_LIMIT || bytes > BATCH_BYTE_LIMIT)
      throw new StoreError(
        `A batch of ${rows.rows} rows and ${bytes} bytes for ${rows.table} is too large for one insert (at most ${BATCH_ROW_LIMIT} rows and ${BATCH_BYTE_LIMIT} bytes): send smaller batches`,
        'batch_too_large',
        false,
      );
    if (rows.oldestMinute !== undefined) touched(rows.oldestMinute);
    try {
      await lane.insert({
        table: rows.table,
        columns: rows.columns,
        format: rows.format,
        body,
        settings: { insert_deduplication_token: deduplicationToken(key, rows.table) },
      });
    } finally {
      if (rows.oldestMinute !== undefined) touched(rows.oldestMinute);
    }
  }

  return {
    /** Resolves when every table of the batch is written. Rejects with a `StoreError`; writing it again is safe. */
    async write(batch: WriteBatch): Promise<void> {
      let written = 0;
      try {
        await gate.shared(async () => {
          for (const rows of batch.tables) {
            if (rows.rows > 0) await writeTable(batch.key, rows);
            written++;
          }
        });
        halfWritten.delete(batch.key);
        unhealthySince = null;
      } catch (error) {
        const failure = storeError(error, 'write a batch');
        if (failure.retry) unhealthySince = clock();
        // Rows that were refused at once left nothing behind; after any other failure nobody knows.
        if (written > 0 || failure.retry) remember(batch.key);
        throw failure;
      }
    },

    /** Offsets of `[first, last]` of a source that are in `events`. */
    async storedOffsets(source: string, first: bigint, last: bigint): Promise<Set<bigint>> {
      const rows = await lane.rows<{ o: string }>(
        sql`SELECT DISTINCT toString(offset) AS o FROM events
            WHERE source = ${source} AND offset BETWEEN ${first} AND ${last}`,
      );
      return new Set(rows.map((row) => BigInt(row.o)));
    },

    /** Event ids by offset of `[first, last]` of a source. */
    async storedIds(source: string, first: bigint, last: bigint): Promise<Map<string, Set<string>>> {
      const rows = await lane.rows<{ o: string; ids: string[] }>(
        sql`SELECT toString(offset) AS o, groupUniqArray(1000)(id) AS ids FROM events
            WHERE source = ${source} AND offset BETWEEN ${first} AND ${last} GROUP BY offset`,
      );
      return new Map(rows.map((row) => [row.o, new Set(row.ids)]));
    },

    /** Sources of events that begin with `prefix`, e.g. of every era of a partition. */
    async storedSources(prefix: string): Promise<string[]> {
      const rows = await lane.rows<{ source: string }>(
        sql`SELECT DISTINCT toString(source) AS source FROM events WHERE startsWith(source, ${prefix})`,
      );
      return rows.map((row) => row.source);
    },

    /** Number of event rows of a source, e.g. of one HTTP idempotency key. */
    async storedBySource(source: string): Promise<number> {
      const rows = await lane.rows<{ n: number }>(
        sql`SELECT count() AS n FROM events WHERE source = ${source}`,
      );
      return rows[0]!.n;
    },

    /** True while a batch may be half written: some of its tables are there and others are still to be tried. */
    unfinished(): boolean {
      for (const [key, since] of halfWritten) if (clock() - since > GIVEN_UP_MS) halfWritten.delete(key);
      return halfWritten.size > 0;
    },

    /** False while writes fail; true again after a write went through, or to let one be tried. */
    healthy(): boolean {
      return unhealthySince === null || clock() - unhealthySince > UNHEALTHY_MS;
    },
  };
}
