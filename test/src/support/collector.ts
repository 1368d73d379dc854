import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'apps/collector/dist/main.js');

export interface CollectorOptions {
  /** Further environment variables; undefined takes one away. */
  env?: Record<string, string | undefined>;
  /** Data directory; a temporary one, removed at the end, when left out. */
  dataDir?: string;
  args?: readonly string[];
  /** Longest time until it answers, ms. */
  readyMs?: number;
  /** Called with everything it logged so far, again and again until it is ready. */
  waiting?(log: string): void;
}

/** An answer of the API with its body read. */
export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Collector {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything it logged so far. */
  log(): string;
  /** `path` begins behind `/api/v1`, or is absolute with a leading `//`. JSON bodies are encoded and decoded. */
  ask<T = unknown>(path: string, init?: RequestInit & { json?: unknown }): Promise<Answer<T>>;
  /** SIGTERM, and waits for the end: its exit code. */
  stop(): Promise<number | null>;
  /** Any signal, without waiting. */
  signal(signal: NodeJS.Signals): void;
  /** Exit code once it ended, however it did. */
  readonly ended: Promise<number | null>;
}

/** Variables of this process that must not reach the collector: a developer's own settings. */
function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        !/^(LEEWAY|KAFKA|CLICKHOUSE|SCHEMA_REGISTRY|VITEST|NODE_OPTIONS)/.test(entry[0]),
    ),
  );
}

/** Runs the built `leeway` with arguments until it ends. Kills it after `limitMs`. */
export async function runLeeway(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  limitMs = 60_000,
): Promise<{ code: number | null; out: string; err: string }> {
  requireBuild();
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...cleanEnvironment(), ...env } });
  const output = collect(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const code = await ending(child);
  clearTimeout(timer);
  return { code, out: output.out, err: output.err };
}

/**
 * Starts the built collector on a free port and waits until it is ready. Throws with its log when it ends first or
 * takes too long.
 */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  requireBuild();
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'leeway-test-'));
  const child = spawn(process.execPath, [MAIN, 'serve', ...(options.args ?? [])], {
    env: {
      ...cleanEnvironment(),
      LEEWAY_PORT: '0',
      LEEWAY_DATA_DIR: dataDir,
      LEEWAY_EVALUATE_EVERY_MS: '500',
      LEEWAY_STORE_MEMORY_MIB: '512',
      ...options.env,
    } as NodeJS.ProcessEnv,
  });
  const output = collect(child);
  const ended = ending(child).then((code) => {
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    return code;
  });
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const fail = (what: string): never => {
    child.kill('SIGKILL');
    throw new Error(`${what}\n${output.out.slice(-4_000)}${output.err.slice(-4_000)}`);
  };
  const deadline = Date.now() + (options.readyMs ?? 60_000);
  let url: string | null = null;
  for (;;) {
    url ??= /"url":"(http:[^"]+)"/.exec(output.out)?.[1] ?? null;
    if (url && (await ready(url))) break;
    options.waiting?.(output.out);
    if (over) fail('the collector ended before it was ready');
    if (Date.now() > deadline) fail('the collector was not ready in time');
    await sleep(50);
  }
  const base = url;
  return {
    url: base,
    dataDir,
    pid: child.pid!,
    log: () => output.out + output.err,
    ask: (path, init) =>
      ask(path.startsWith('//') ? `${base}${path.slice(1)}` : `${base}/api/v1${path}`, init),
    signal: (signal) => void child.kill(signal),
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
      const code = await ended;
      clearTimeout(timer);
      return code;
    },
  };
}

async function ready(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** One request; JSON in and out, other bodies as text. */
export async function ask<T>(url: string, init: RequestInit & { json?: unknown } = {}): Promise<Answer<T>> {
  const { json, ...rest } = init;
  const response = await fetch(url, {
    ...rest,
    ...(json !== undefined && {
      method: rest.method ?? 'POST',
      body: JSON.stringify(json),
      headers: { 'content-type': 'application/json', ...(rest.headers as Record<string, string>) },
    }),
    signal: rest.signal ?? AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as T,
  };
}

/** Asks again and again until `check` gives something; throws with the last answer after `limitMs`. */
export async function eventually<T>(
  check: () => Promise<T | null | undefined | false>,
  limitMs = 30_000,
  what = 'what was waited for',
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await check();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${limitMs} ms`);
    await sleep(100);
  }
}

function requireBuild(): void {
  if (!existsSync(MAIN)) throw new Error('The collector is not built: run `npm run build` first.');
}

function collect(child: ChildProcess): { out: string; err: string } {
  const output = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    output.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output.err += chunk.toString();
  });
  return output;
}

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
}
