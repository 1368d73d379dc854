import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Backend, insertStatement } from './lane.js';
import { afterInsert, afterRows, afterStatement } from './late-failure.js';

export interface ServerOptions {
  url: string;
  user: string;
  password: string;
  database: string;
  /** Connections that a lane may open. */
  connections: number;
  settings: Readonly<Record<string, string | number>>;
}

/** A lane's client for a ClickHouse server or cluster, over HTTP. */
export function connectServer(options: ServerOptions): Backend {
  const client = createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database: options.database,
    max_open_connections: options.connections,
    request_timeout: 300_000,
    compression: { request: false, response: true },
    // Failures are thrown and logged by whoever handles them; the client's own log goes to the console.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      // Long statements keep the connection alive through proxies that close quiet ones.
      send_progress_in_http_headers: 1,
      http_headers_progress_interval_ms: '20000',
      ...options.settings,
    },
  });
  return {
    async rows<Row>(query: string) {
      const result = await client.query({ query, format: 'JSONEachRow' });
      const rows = await result.json<Row>();
      afterRows(rows);
      return rows;
    },
    async run(statement) {
      const answer = await client.exec({ query: statement });
      await afterStatement(answer.stream);
    },
    async insert(insert) {
      const answer = await client.exec({
        query: insertStatement(insert),
        values: Readable.from(insert.body, { objectMode: false }),
      });
      await afterInsert(answer.stream);
    },
    close: () => client.close(),
  };
}
