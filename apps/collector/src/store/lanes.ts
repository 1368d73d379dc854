import {
  directoryInUse,
  isInUse,
  prepareDataDirectory,
  removeHolder,
  writeHolder,
} from './data-directory.js';
import { type EmbeddedEngine, openEmbedded } from './engine/embedded.js';
import { storeError } from './engine/errors.js';
import { type Backend, createLane, type Lane, pooled } from './engine/lane.js';
import { connectServer } from './engine/server.js';
import { identifier, sql } from './sql.js';

/**
 * Separate ways into the database, so that one kind of work never waits for another: batches, evaluation, people's
 * reads, the journal, and what runs in the background (re-binning, audit, roll-up, baselines).
 */
export interface Lanes {
  ingest: Lane;
  evaluate: Lane;
  read: Lane;
  journal: Lane;
  background: Lane;
}
export type LaneName = keyof Lanes;

export interface EmbeddedTarget {
  dataDir: string;
}
export interface ServerTarget {
  url: string;
  user?: string;
  password?: string;
  cluster?: string | null;
}

export interface LaneOptions {
  database: string;
  memoryMib: number;
}

type Settings = Readonly<Record<string, string | number>>;

/** Settings that hold for everything a lane does. What varies (tokens) is written into the statement. */
function settingsOf(name: LaneName, memoryMib: number, cluster: boolean): Settings {
  const share = { ingest: 0.5, evaluate: 0.5, read: 0.5, journal: 0.25, background: 0.6 }[name];
  return {
    // One insert is one block, cut the same way every time, and acknowledged only when it is written.
    async_insert: 0,
    input_format_parallel_parsing: 0,
    max_insert_threads: 1,
    // The bins of hundreds of signals stand in one statement.
    max_query_size: 16 * 1_048_576,
    max_partitions_per_insert_block: 0,
    // Text must give the very doubles that were counted, or re-binning would disagree with ingest.
    precise_float_parsing: 1,
    output_format_json_quote_64bit_integers: 0,
    max_memory_usage: Math.floor(memoryMib * share) * 1_048_576,
    max_bytes_before_external_group_by: Math.floor((memoryMib * share) / 2) * 1_048_576,
    max_execution_time: { ingest: 0, evaluate: 120, read: 30, journal: 30, background: 0 }[name],
    ...(cluster && { distributed_foreground_insert: 1, distributed_product_mode: 'local' }),
  };
}

/**
 * Connections of a lane to the embedded engine, where more than one pays: an insert is parsed while another is written,
 * and a page asks several small questions at a time.
 */
const CONNECTIONS: Partial<Record<LaneName, number>> = { ingest: 2, read: 3 };
const NAMES: readonly LaneName[] = ['ingest', 'evaluate', 'read', 'journal', 'background'];

/** chDB on a data directory. Throws a `StoreError` that names the holder when it is open elsewhere. */
export async function openEmbeddedLanes(
  target: EmbeddedTarget,
  options: LaneOptions,
): Promise<{ lanes: Lanes; engine: EmbeddedEngine; close(): Promise<void> }> {
  const directory = prepareDataDirectory(target.dataDir);
  let engine: EmbeddedEngine;
  try {
    engine = openEmbedded({ path: directory, memoryMib: options.memoryMib });
  } catch (error) {
    throw isInUse(error, directory)
      ? directoryInUse(directory, error)
      : storeError(error, `open ${directory}`);
  }
  writeHolder(directory);
  const opened: Partial<Lanes> = {};
  async function close(): Promise<void> {
    for (const lane of Object.values(opened)) await lane.close();
    removeHolder(directory);
    engine.close();
  }
  try {
    for (const name of NAMES) {
      const backends: Backend[] = [];
      for (let i = 0; i < (CONNECTIONS[name] ?? 1); i++) {
        const backend = await engine.connect(settingsOf(name, options.memoryMib, false));
        backends.push(backend);
        opened[name] = createLane(name, pooled(backends), backends.length);
        await backend.run(`CREATE DATABASE IF NOT EXISTS ${identifier(options.database)}`);
        await backend.run(`USE ${identifier(options.database)}`);
      }
    }
  } catch (error) {
    await close();
    throw storeError(error, `open ${directory}`);
  }
  return { lanes: opened as Lanes, engine, close };
}

/** A ClickHouse server or cluster. Creates the database when it is missing. */
export async function openServerLanes(
  target: ServerTarget,
  options: LaneOptions,
): Promise<{ lanes: Lanes; close(): Promise<void> }> {
  const account = { url: target.url, user: target.user ?? 'default', password: target.password ?? '' };
  const cluster = target.cluster ?? null;
  const first = createLane(
    'setup',
    connectServer({ ...account, database: 'default', connections: 1, settings: {} }),
    1,
  );
  try {
    const onCluster = cluster ? sql` ON CLUSTER ${identifier(cluster)}` : sql``;
    await first.run(sql`CREATE DATABASE IF NOT EXISTS ${identifier(options.database)}${onCluster}`);
  } finally {
    await first.close();
  }
  const opened = NAMES.map((name) => {
    const connections = name === 'read' || name === 'evaluate' ? 4 : 2;
    const backend = connectServer({
      ...account,
      database: options.database,
      connections,
      settings: settingsOf(name, options.memoryMib, cluster !== null),
    });
    return [name, createLane(name, backend, connections)] as const;
  });
  return {
    lanes: Object.fromEntries(opened) as Record<LaneName, Lane>,
    async close() {
      for (const [, lane] of opened) await lane.close();
    },
  };
}
