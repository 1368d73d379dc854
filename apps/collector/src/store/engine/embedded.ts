import { type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client';
import { Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { openInsertFiles } from './insert-files.js';
import type { Backend } from './lane.js';

export interface EmbeddedOptions {
  path: string;
  /** Memory that the engine may take in all, MiB. */
  memoryMib: number;
}

/** A connection in this process can also hand over numbers as they lie in memory. */
export interface EmbeddedBackend extends Backend {
  /** The one array of doubles that a query of a single `Array(Float64)` answers. */
  doubles(query: string): Promise<Float64Array<ArrayBuffer>>;
}

export interface EmbeddedEngine {
  /** Opens one more connection on the same data. `settings` hold for it as long as it lives. */
  connect(settings: Readonly<Record<string, string | number>>): Promise<EmbeddedBackend>;
  close(): void;
}

/**
 * chDB in this process. The first session carries the engine's own configuration (memory, caches, threads) and
 * keeps the data directory open; lanes are further sessions on the same path.
 *
 * A setting passed along with a call of the client stays on the connection afterwards: a deduplication token would
 * then silently drop the next insert. So settings are given once here or written into the statement, never per call.
 */
export function openEmbedded(options: EmbeddedOptions): EmbeddedEngine {
  const mib = 1_048_576;
  const session = new Session(options.path, {
    connectionArgs: [
      `--max_server_memory_usage=${options.memoryMib * mib}`,
      `--mark_cache_size=${64 * mib}`,
      `--index_mark_cache_size=${16 * mib}`,
      `--primary_index_cache_size=${64 * mib}`,
      `--query_condition_cache_size=${16 * mib}`,
      `--parquet_metadata_cache_size=${16 * mib}`,
      '--background_schedule_pool_size=2',
    ],
  });
  const files = openInsertFiles(options.path);
  return {
    async connect(settings) {
      const connection = createChdbConnection({ path: options.path });
      // The same interface, declared once in the client and once in the package that chDB was built with.
      const client = createClient({
        connection: connection as unknown as NonNullable<ClickHouseClientConfigOptions['connection']>,
      });
      for (const [name, value] of Object.entries(settings)) {
        const text = typeof value === 'number' ? String(value) : `'${value}'`;
        await client.command({ query: `SET ${name} = ${text}` });
      }
      return {
        async rows<Row>(query: string) {
          const result = await client.query({ query, format: 'JSONEachRow' });
          return result.json<Row>();
        },
        async run(statement) {
          await client.command({ query: statement });
        },
        async insert(insert) {
          // A statement is text, and blocks in the Native format are not.
          if (insert.format === 'Native' || files.takes(insert)) {
            await files.insert(insert, (statement) => connection.chdb.queryAsync(statement));
            return;
          }
          // Bytes go to the engine as they are: no string is made of them on the way.
          await connection.chdb.rawInsert({
            table: insert.table,
            columns: [...insert.columns],
            format: insert.format,
            values: Buffer.concat(insert.body),
            settings: { ...insert.settings },
          });
        },
        async doubles(query) {
          const result = await connection.chdb.queryAsync(query, { format: 'RowBinary' });
          return doublesOf(result.bytes());
        },
        close: () => client.close(),
      };
    },
    close: () => session.close(),
  };
}

/** Reads RowBinary's one array: a LEB128 length, then little-endian doubles. */
function doublesOf(bytes: Uint8Array): Float64Array<ArrayBuffer> {
  let length = 0;
  let at = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  // Doubles need an even address, which they rarely have behind the length: hence the copy.
  const start = bytes.byteOffset + at;
  return new Float64Array(bytes.buffer.slice(start, start + length * 8) as ArrayBuffer);
}
