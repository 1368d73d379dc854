import type { Lane } from '../engine/lane.js';
import { raw, sql } from '../sql.js';
import {
  createTable,
  localName,
  type Retention,
  type TableSpec,
  type Topology,
  ttlExpression,
} from './table.js';
import { TABLES } from './tables.js';

/** One step of the schema. Steps are never edited once released: a change is a new step. */
interface Migration {
  version: number;
  name: string;
  statements(topology: Topology, retention: Retention): string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'first tables',
    statements: (topology, retention) => TABLES.flatMap((spec) => createTable(spec, topology, retention)),
  },
  {
    version: 2,
    name: 'outcomes by the minute',
    statements: (topology, retention) =>
      TABLES.filter(({ name }) => name === 'outcomes').flatMap((spec) =>
        createTable(spec, topology, retention),
      ),
  },
  {
    version: 3,
    name: 'histograms by the day',
    statements: (topology, retention) =>
      TABLES.filter(({ name }) => name === 'histograms_day').flatMap((spec) =>
        createTable(spec, topology, retention),
      ),
  },
];

const VERSIONS: TableSpec = {
  name: 'schema_migrations',
  columns: ['version UInt32', 'name String', "applied_at DateTime64(3, 'UTC')"],
  engine: 'ReplacingMergeTree',
  orderBy: 'version',
  settings: { fsync_after_insert: 1 },
};

/** The statements of a whole new schema, for documentation and tests. */
export function schemaStatements(topology: Topology, retention: Retention): string[] {
  return [
    ...createTable(VERSIONS, topology, retention),
    ...MIGRATIONS.flatMap((migration) => migration.statements(topology, retention)),
  ];
}

/**
 * Brings the schema to the newest version and the tables' TTL to the configured retention. Safe to repeat and to run
 * from several collectors at once, since every statement can be repeated. Returns the versions that were applied.
 * Refuses a schema that is newer than this program.
 */
export async function migrate(lane: Lane, topology: Topology, retention: Retention): Promise<number[]> {
  for (const statement of createTable(VERSIONS, topology, retention)) await lane.run(raw(statement));
  const rows = await lane.rows<{ version: number }>(
    sql`SELECT max(version) AS version FROM schema_migrations`,
  );
  const current = rows[0]?.version ?? 0;
  const newest = MIGRATIONS[MIGRATIONS.length - 1]!.version;
  if (current > newest)
    throw new Error(
      `The data was written by a newer Leeway (schema ${current}, this program knows ${newest}): upgrade the program`,
    );
  const applied: number[] = [];
  for (const migration of MIGRATIONS) {
    if (migration.version <= current) continue;
    for (const statement of migration.statements(topology, retention)) await lane.run(raw(statement));
    await lane.run(
      sql`INSERT INTO schema_migrations (version, name, applied_at) SELECT ${migration.version}, ${migration.name}, now64(3)`,
    );
    applied.push(migration.version);
  }
  await applyRetention(lane, topology, retention);
  return applied;
}

async function applyRetention(lane: Lane, topology: Topology, retention: Retention): Promise<void> {
  const created = await lane.rows<{ name: string; text: string }>(
    sql`SELECT name, create_table_query AS text FROM system.tables WHERE database = currentDatabase()`,
  );
  const definitions = new Map(created.map((row) => [row.name, row.text]));
  for (const spec of TABLES) {
    const ttl = ttlExpression(spec, retention);
    const name = localName(spec, topology);
    const now = definitions.get(name) ?? '';
    if (ttl === null ? !/\bTTL /.test(now) : now.includes(`TTL ${ttl}`)) continue;
    const onCluster = topology.cluster ? ` ON CLUSTER \`${topology.cluster}\`` : '';
    const change = ttl === null ? 'REMOVE TTL' : `MODIFY TTL ${ttl}`;
    await lane.run(raw(`ALTER TABLE ${name}${onCluster} ${change}`));
  }
}
