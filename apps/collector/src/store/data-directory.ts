import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { StoreError } from './engine/errors.js';

/** Free space below which the store does not start: merges and logs need room to work at all. */
const LEAST_FREE_BYTES = 64 * 1_048_576;
const HOLDER_FILE = 'collector.json';

/** Makes sure that `path` is a directory that can be written to, or says plainly what is wrong with it. */
export function prepareDataDirectory(path: string): string {
  const directory = resolve(path);
  try {
    makeDirectory(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StoreError(
      `The data directory ${directory} can't be written to (${codeOf(error)}): give this user the right to it, or set LEEWAY_DATA_DIR to another one`,
      'data_directory_unwritable',
      false,
      { cause: error },
    );
  }
  const free = freeBytes(directory);
  if (free !== null && free < LEAST_FREE_BYTES)
    throw new StoreError(
      `The disk of the data directory ${directory} is full: ${Math.floor(free / 1_048_576)} MiB are free, at least ${LEAST_FREE_BYTES / 1_048_576} are needed`,
      'disk_full',
      true,
    );
  return directory;
}

/** Makes a directory and those above it one by one: Node's recursive way never ends where a parent refuses as /proc does. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory);
}

/** Bytes that this user may still write on the directory's disk; null where the system doesn't tell. */
export function freeBytes(directory: string): number | null {
  try {
    const disk = statfsSync(directory);
    return disk.bavail * disk.bsize;
  } catch {
    return null;
  }
}

/**
 * The engine itself locks the directory with the operating system's help, so the lock goes away with the process
 * however it ends. This file beside it only says who holds it.
 */
export function writeHolder(directory: string): void {
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  writeFileSync(join(directory, HOLDER_FILE), `${JSON.stringify(holder)}\n`);
}

export function removeHolder(directory: string): void {
  rmSync(join(directory, HOLDER_FILE), { force: true });
}

/** The error for a data directory that another process has open. */
export function directoryInUse(directory: string, cause: unknown): StoreError {
  return new StoreError(
    `Another collector has the data directory ${directory} open${holderText(directory)}: stop it, or give this one a directory of its own (LEEWAY_DATA_DIR), or run both on one ClickHouse (CLICKHOUSE_URL)`,
    'data_directory_in_use',
    false,
    { cause },
  );
}

/**
 * True for the engine's refusal to open a directory that is open elsewhere. Across processes the engine only says
 * that it failed and writes the reason to the error stream: then the holder's file tells.
 */
export function isInUse(error: unknown, directory: string): boolean {
  if (!(error instanceof Error)) return false;
  if (/Cannot lock file|Another server instance/i.test(error.message)) return true;
  return /Failed to create connection/i.test(error.message) && isHeldByOther(directory);
}

function isHeldByOther(directory: string): boolean {
  const { pid, host } = readHolder(directory) ?? {};
  if (typeof pid !== 'number' || pid === process.pid || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive too.
    return codeOf(error) === 'EPERM';
  }
}

function readHolder(directory: string): Record<string, unknown> | null {
  try {
    const holder: unknown = JSON.parse(readFileSync(join(directory, HOLDER_FILE), 'utf8'));
    return typeof holder === 'object' ? (holder as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function holderText(directory: string): string {
  const holder = readHolder(directory);
  if (!holder) return '';
  return ` (process ${String(holder.pid)} on ${String(holder.host)}, since ${String(holder.since)})`;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : String(error);
}
