import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

export interface ClickHouse {
  readonly url: string;
  /** Statements that were run so far. */
  readonly statements: number;
  /** Answers every request with an error until it is called with false again. */
  fail(failing: boolean): void;
  stop(): Promise<void>;
}

/** Parameters of the HTTP interface that are no settings. */
const NO_SETTINGS = new Set(['query', 'query_id', 'database', 'session_id', 'default_format', 'role']);
/** Limits of one lane must not become limits of all: the engine here has a single connection. */
const LANE_LIMITS = /^(max_|wait_end_of_query|send_progress|http_|cancel_http|enable_http)/;

/**
 * A server that speaks ClickHouse's HTTP protocol over the embedded engine, for collectors that share one database:
 * one statement at a time, text formats, settings and the database as parameters, errors as ClickHouse writes them.
 */
export async function startClickHouse(): Promise<ClickHouse> {
  const directory = mkdtempSync(join(tmpdir(), 'leeway-clickhouse-'));
  const session = new Session(directory);
  const settings = new Map<string, string>();
  let database = '';
  let statements = 0;
  let failing = false;

  function run(url: URL, body: Buffer): Uint8Array {
    const wanted = url.searchParams.get('database') ?? 'default';
    for (const [name, value] of url.searchParams) {
      if (NO_SETTINGS.has(name) || LANE_LIMITS.test(name) || settings.get(name) === value) continue;
      session.query(`SET ${name} = '${value.replaceAll("'", "\\'")}'`);
      settings.set(name, value);
    }
    if (wanted !== database) {
      session.query(`USE ${wanted}`);
      database = wanted;
    }
    statements++;
    const query = url.searchParams.get('query');
    const text = query === null ? body.toString() : `${query}\n${body.toString()}`;
    return Buffer.from(session.query(text));
  }

  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/ping') return response.end('Ok.\n');
      try {
        if (failing) throw new Error('Code: 210. DB::NetException: the test made it fail. (NETWORK_ERROR)');
        const answer = run(url, body);
        response.setHeader('content-type', 'text/plain; charset=UTF-8');
        response.setHeader('x-clickhouse-summary', '{}');
        response.end(answer);
      } catch (error) {
        const { message } = error as Error;
        response.statusCode = 500;
        response.setHeader('x-clickhouse-exception-code', /Code: (\d+)/.exec(message)?.[1] ?? '1');
        response.end(`${message}\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get statements() {
      return statements;
    },
    fail(now) {
      failing = now;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      session.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
