import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Session } from 'chdb';

/**
 * A server that speaks ClickHouse's HTTP interface over chDB, for tests of everything that uses `CLICKHOUSE_URL`
 * where no real server can be installed: several collectors on one database, tokens, errors, authentication.
 *
 * Each request gets a session that knows its settings and no others, as on a real server: settings of one never reach
 * another. chDB belongs to one process, so run it as a program (`node tools/run-ts.mjs test/src/support/clickhouse-http.ts`) beside tests that
 * open a store themselves.
 */
export interface ClickhouseHttp {
  url: string;
  /** While true every request is refused with 503, as a server that is down for its clients. */
  down: boolean;
  /** Statements that begin like this are never answered, as by a server that hangs; null = every one is. */
  silent: RegExp | null;
  /** Statements that begin like this are refused with 503; null = none. */
  refused: RegExp | null;
  /** Statements that begin with INSERT INTO are answered so much later, ms. */
  insertDelayMs: number;
  /** The rows that a statement gives, parsed from JSONEachRow. */
  rows<Row>(statement: string): Promise<Row[]>;
  /** Requests answered, by HTTP status. */
  answers: Map<number, number>;
  close(): Promise<void>;
}

export interface ClickhouseHttpOptions {
  /** Data directory; a temporary one, removed at the end, when absent. */
  dataDir?: string;
  /** 0 = any free port. */
  port?: number;
  user?: string;
  password?: string;
}

/** Parameters of a request that are no settings of the engine. */
const NOT_SETTINGS = new Set([
  'query',
  'database',
  'query_id',
  'session_id',
  'role',
  'default_format',
  'wait_end_of_query',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'cancel_http_readonly_queries_on_client_close',
  'user',
  'password',
]);
const BODY_LIMIT = 512 * 1_048_576;

export async function startClickhouseHttp(options: ClickhouseHttpOptions = {}): Promise<ClickhouseHttp> {
  const own = options.dataDir === undefined;
  const path = options.dataDir ?? mkdtempSync(join(tmpdir(), 'clickhouse-http-'));
  // One session stays open, so that the engine does.
  const engine = new Session(path, { connectionArgs: [`--max_server_memory_usage=${1_024 * 1_048_576}`] });
  const state: State = { down: false, silent: null, refused: null, insertDelayMs: 0, sessions: new Map() };
  const answers = new Map<number, number>();
  const server = createServer((request, response) => {
    response.on('finish', () => {
      answers.set(response.statusCode, (answers.get(response.statusCode) ?? 0) + 1);
    });
    answer(path, options, state, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.keepAliveTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get down() {
      return state.down;
    },
    set down(down: boolean) {
      state.down = down;
    },
    get silent() {
      return state.silent;
    },
    set silent(silent: RegExp | null) {
      state.silent = silent;
    },
    get refused() {
      return state.refused;
    },
    set refused(refused: RegExp | null) {
      state.refused = refused;
    },
    get insertDelayMs() {
      return state.insertDelayMs;
    },
    set insertDelayMs(ms: number) {
      state.insertDelayMs = ms;
    },
    async rows<Row>(statement: string) {
      const session = new Session(path);
      try {
        const result = await session.queryAsync(statement, { format: 'JSONEachRow' });
        const lines = Buffer.from(result.bytes()).toString().split('\n');
        return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
      } finally {
        session.close();
      }
    },
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of [...state.sessions.values()].flat()) session.close();
      engine.close();
      if (own) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** How the server behaves at the moment. */
interface State {
  down: boolean;
  silent: RegExp | null;
  refused: RegExp | null;
  insertDelayMs: number;
  readonly sessions: Sessions;
}

async function answer(
  path: string,
  options: ClickhouseHttpOptions,
  state: Readonly<State>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await bodyOf(request);
  if (state.down) return send(response, 503, 'Service Unavailable');
  if (url.pathname === '/ping') return send(response, 200, 'Ok.\n');
  if (!allowed(request, options))
    return refuse(
      response,
      'Code: 516. DB::Exception: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)',
    );
  const query = url.searchParams.get('query');
  // What is no text can't stand in a statement: it comes to the engine in a file.
  const file = query !== null && /\bFORMAT Native$/.test(query) ? join(tmpdir(), randomUUID()) : null;
  const statement = file === null ? textOf(query, body) : fromFile(query!, file);
  if (state.silent?.test(statement)) return;
  if (state.refused?.test(statement)) return send(response, 503, 'Service Unavailable');
  if (state.insertDelayMs > 0 && /^INSERT INTO/i.test(statement)) await sleep(state.insertDelayMs);
  const settings = settingsOf(url);
  let session: Session | null = null;
  try {
    if (file !== null) writeFileSync(file, body);
    session = state.sessions.get(settings)?.pop() ?? (await openSession(path, url));
    const result = await session.queryAsync(statement, {
      format: url.searchParams.get('default_format') ?? 'TabSeparated',
    });
    response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') ?? '');
    response.setHeader('X-ClickHouse-Format', 'TabSeparated');
    response.setHeader('X-ClickHouse-Summary', '{"read_rows":"0","written_rows":"0"}');
    send(response, 200, Buffer.from(result.bytes()));
  } catch (error) {
    refuse(response, error instanceof Error ? error.message : String(error));
  } finally {
    if (session) giveBack(state.sessions, settings, session);
    if (file !== null) rmSync(file, { force: true });
  }
}

/** Sessions that nobody uses at the moment, by what was set in them. */
type Sessions = Map<string, Session[]>;
const IDLE_SESSIONS = 8;

function giveBack(sessions: Sessions, settings: string, session: Session): void {
  const idle = sessions.get(settings) ?? [];
  sessions.set(settings, idle);
  if (idle.length < IDLE_SESSIONS) idle.push(session);
  else session.close();
}

function isSetting(name: string): boolean {
  return !NOT_SETTINGS.has(name) && !name.startsWith('param_');
}

/** What a request sets, as a key. */
function settingsOf(url: URL): string {
  const set = [...url.searchParams].filter(([name]) => name === 'database' || isSetting(name));
  return JSON.stringify(set.sort(([a], [b]) => a.localeCompare(b)));
}

async function openSession(path: string, url: URL): Promise<Session> {
  const session = new Session(path);
  try {
    const database = url.searchParams.get('database') ?? 'default';
    await session.queryAsync(`USE \`${database.replaceAll('`', '')}\``, { format: 'CSV' });
    for (const [name, value] of url.searchParams) {
      if (!isSetting(name)) continue;
      if (!/^[a-z_0-9]+$/.test(name))
        throw new Error(`Code: 115. DB::Exception: Unknown setting ${name}. (UNKNOWN_SETTING)`);
      const literal = /^-?\d+(\.\d+)?$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
      await session.queryAsync(`SET ${name} = ${literal}`, { format: 'CSV' });
    }
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

function textOf(query: string | null, body: Buffer): string {
  if (query === null) return body.toString('utf8');
  return body.length === 0 ? query : `${query}\n${body.toString('utf8')}`;
}

/** `INSERT INTO t (…) SETTINGS … FORMAT f` with its rows in a file. */
function fromFile(insert: string, file: string): string {
  return insert.replace(/( SETTINGS .*)? FORMAT/, (rest) => ` FROM INFILE '${file}'${rest}`);
}

function allowed(request: IncomingMessage, options: ClickhouseHttpOptions): boolean {
  if (options.password === undefined) return true;
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  const basic = scheme === 'Basic' ? Buffer.from(token, 'base64').toString() : null;
  const given =
    basic ?? `${String(request.headers['x-clickhouse-user'])}:${String(request.headers['x-clickhouse-key'])}`;
  return given === `${options.user ?? 'default'}:${options.password}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > BODY_LIMIT) throw new Error('the body is too large');
    pieces.push(piece as Buffer);
  }
  const body = Buffer.concat(pieces);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

function refuse(response: ServerResponse, message: string): void {
  const code = /Code: (\d+)/.exec(message)?.[1];
  if (code) response.setHeader('X-ClickHouse-Exception-Code', code);
  const first = message.startsWith('Code:')
    ? message
    : `Code: 1001. DB::Exception: ${message} (STD_EXCEPTION)`;
  send(response, code === '516' ? 403 : code === '62' || code === '115' ? 400 : 500, `${first}\n`);
}

function send(response: ServerResponse, status: number, body: string | Buffer): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.end(body);
}

/** As a program: `--data-dir DIR --port N`; prints its address as the first line and runs until it is told to stop. */
async function main(argv: readonly string[]): Promise<void> {
  const flag = (name: string) => {
    const at = argv.indexOf(name);
    return at < 0 ? undefined : argv[at + 1];
  };
  const dataDir = flag('--data-dir');
  const server = await startClickhouseHttp({
    port: Number(flag('--port') ?? 0),
    ...(dataDir !== undefined && { dataDir }),
  });
  process.stdout.write(`${server.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      void server.close().finally(() => process.exit(0));
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
