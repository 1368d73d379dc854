import { randomUUID } from 'node:crypto';
import type { Sql } from '../sql.js';
import { StoreError, storeError } from './errors.js';

export type InsertFormat = 'Native' | 'TabSeparated' | 'JSONEachRow';

/** Rows for one table. `settings` go into the statement, never along with the call (see embedded.ts). */
export interface Insert {
  table: string;
  columns: readonly string[];
  format: InsertFormat;
  /** The bytes, in any number of pieces. */
  body: readonly Buffer[];
  settings?: Readonly<Record<string, string | number>>;
}

/** One way into the database. Statements on the same lane of the embedded engine run one after the other. */
export interface Lane {
  /** Runs work of a backend's own in this lane's order. `doing` completes "The store could not …". */
  turn<T>(doing: string, work: () => Promise<T>): Promise<T>;
  /** Runs a SELECT and returns its rows as objects. 64-bit integers come as text when the query says `toString`. */
  rows<Row>(query: Sql): Promise<Row[]>;
  /** Runs a statement without a result. */
  run(statement: Sql): Promise<void>;
  insert(insert: Insert): Promise<void>;
  close(): Promise<void>;
}

/** The parts of a backend that a lane needs; queueing and error mapping are the same for both. */
export interface Backend {
  rows<Row>(query: string): Promise<Row[]>;
  run(statement: string): Promise<void>;
  insert(insert: Insert): Promise<void>;
  close(): Promise<void>;
}

/** Several connections as one backend. Its lane runs at most as many statements at a time as there are connections. */
export function pooled(backends: readonly Backend[]): Backend {
  const idle = [...backends];
  async function use<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
    const backend = idle.pop();
    if (!backend) throw new StoreError('More statements than connections', 'busy', true);
    try {
      return await work(backend);
    } finally {
      idle.push(backend);
    }
  }
  return {
    rows: <Row>(query: string) => use((backend) => backend.rows<Row>(query)),
    run: (statement) => use((backend) => backend.run(statement)),
    insert: (insert) => use((backend) => backend.insert(insert)),
    async close() {
      for (const backend of backends) await backend.close();
    },
  };
}

/** Statements that may wait for one lane; beyond it callers get `busy` at once instead of an ever longer wait. */
const WAITING_LIMIT = 500;

/**
 * A lane over `backend` that lets `width` statements run at a time. The embedded engine takes one per connection,
 * and a second one sent to it would hold a thread of Node's pool while it waits; so waiting is done here.
 */
export function createLane(name: string, backend: Backend, width: number): Lane {
  let running = 0;
  let closed = false;
  const waiting: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (closed) throw new StoreError(`The store is closed (lane "${name}")`, 'closed', false);
    if (running < width) {
      running++;
      return;
    }
    if (waiting.length >= WAITING_LIMIT)
      throw new StoreError(
        `The store is busy: ${waiting.length} statements wait on lane "${name}"`,
        'busy',
        true,
      );
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
  async function turn<T>(doing: string, work: () => Promise<T>): Promise<T> {
    await enter();
    try {
      return await work();
    } catch (error) {
      throw storeError(error, doing);
    } finally {
      leave();
    }
  }

  return {
    turn,
    rows: (query) => turn('answer a query', () => backend.rows(query.text)),
    run: (statement) => turn('run a statement', () => backend.run(statement.text)),
    insert: (insert) => turn(`write to ${insert.table}`, () => backend.insert(withToken(insert))),
    async close() {
      if (closed) return;
      closed = true;
      // Let what runs end: closing a connection under a running statement aborts the embedded engine.
      while (running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await backend.close();
    },
  };
}

/**
 * An insert without a token would be compared with earlier ones by its content and dropped when equal, and two equal
 * verdicts, labels or counts are two rows. A token of its own works on every version, unlike the settings that turn
 * the comparison off.
 */
function withToken(insert: Insert): Insert {
  return { ...insert, settings: { insert_deduplication_token: randomUUID(), ...insert.settings } };
}

/** `INSERT INTO t (columns)`. */
export function insertClause(insert: Insert): string {
  return `INSERT INTO ${insert.table} (${insert.columns.join(', ')})`;
}

/** ` SETTINGS …`, or nothing. */
export function settingsClause(insert: Insert): string {
  const settings = Object.entries(insert.settings ?? {}).map(([name, value]) => {
    if (!/^[a-z_0-9]+$/.test(name)) throw new RangeError(`${name} is not a setting's name`);
    return `${name}=${typeof value === 'number' ? value : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`}`;
  });
  return settings.length === 0 ? '' : ` SETTINGS ${settings.join(', ')}`;
}

/** `INSERT INTO t (columns) SETTINGS … FORMAT f`, with the settings of the lane's own first. */
export function insertStatement(insert: Insert): string {
  return `${insertClause(insert)}${settingsClause(insert)} FORMAT ${insert.format}`;
}
