/** Days that rows are kept, by table group. */
export interface Retention {
  events: number;
  minutes: number;
  hours: number;
  /** Tables that keep their rows for a time of their own. */
  tables?: Readonly<Record<string, number>>;
}

/** Where tables live: plain ones in the embedded engine or on one server, replicated and distributed on a cluster. */
export interface Topology {
  cluster: string | null;
}

/** One table, independent of where it lives. */
export interface TableSpec {
  name: string;
  /** Column definitions and skipping indexes, in order. */
  columns: readonly string[];
  engine: 'MergeTree' | 'ReplacingMergeTree' | 'AggregatingMergeTree' | 'SummingMergeTree';
  /** Engine arguments, e.g. the version column of a replacing table. */
  arguments?: string;
  partitionBy?: string;
  orderBy: string;
  /** `expression + INTERVAL n DAY` is built from the two. */
  ttl?: { column: string; days: 'events' | 'minutes' | 'hours' };
  settings?: Readonly<Record<string, number>>;
  /** On a cluster: rows go to the shard of this expression; absent = every node holds every row. */
  shardBy?: string;
}

/** Blocks whose tokens a table remembers: far more than a frozen collector can be behind (see ingest). */
export const DEDUPLICATION_WINDOW = 10_000;

/** From so many days on rows are kept for ever: a DateTime ends in 2106, and an expiry beyond would lie in 1970. */
const FOR_EVER_DAYS = 20_000;

/** Days that the rows of a table are kept; `Infinity` for one that forgets nothing. */
export function daysKept(spec: Pick<TableSpec, 'name' | 'ttl'>, retention: Retention): number {
  if (!spec.ttl) return Number.POSITIVE_INFINITY;
  return retention.tables?.[spec.name] ?? retention[spec.ttl.days];
}

/** TTL text of a table, null when it keeps everything. */
export function ttlExpression(spec: TableSpec, retention: Retention): string | null {
  if (!spec.ttl) return null;
  const days = daysKept(spec, retention);
  return days >= FOR_EVER_DAYS ? null : `toDateTime(${spec.ttl.column}) + toIntervalDay(${days})`;
}

/** Name of the table that holds the rows on each node. */
export function localName(spec: TableSpec, topology: Topology): string {
  return topology.cluster && spec.shardBy ? `${spec.name}_local` : spec.name;
}

/** CREATE statements of one table, in order. Every one can be repeated. */
export function createTable(spec: TableSpec, topology: Topology, retention: Retention): string[] {
  const { cluster } = topology;
  const onCluster = cluster ? ` ON CLUSTER \`${cluster}\`` : '';
  const local = localName(spec, topology);
  const ttl = ttlExpression(spec, retention);
  const settings: Record<string, number> = {
    ...(cluster
      ? {
          replicated_deduplication_window: DEDUPLICATION_WINDOW,
          replicated_deduplication_window_seconds: 604_800,
        }
      : { non_replicated_deduplication_window: DEDUPLICATION_WINDOW }),
    // Whole parts are dropped when their newest row is too old; no merge rewrites rows only to age them.
    // A changed retention is noted on the parts that are there, without rewriting them.
    ...(spec.ttl && { ttl_only_drop_parts: 1, materialize_ttl_recalculate_only: 1 }),
    ...spec.settings,
  };
  const statements = [
    [
      `CREATE TABLE IF NOT EXISTS ${local}${onCluster} (`,
      spec.columns.map((column) => `  ${column}`).join(',\n'),
      `) ENGINE = ${engineText(spec, cluster, local)}`,
      ...(spec.partitionBy ? [`PARTITION BY ${spec.partitionBy}`] : []),
      `ORDER BY ${spec.orderBy}`,
      ...(ttl ? [`TTL ${ttl}`] : []),
      `SETTINGS ${Object.entries(settings)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', ')}`,
    ].join('\n'),
  ];
  if (cluster && spec.shardBy)
    statements.push(
      `CREATE TABLE IF NOT EXISTS ${spec.name}${onCluster} AS ${local}\n` +
        `ENGINE = Distributed('${cluster}', currentDatabase(), '${local}', ${spec.shardBy})`,
    );
  return statements;
}

function engineText(spec: TableSpec, cluster: string | null, local: string): string {
  if (!cluster) return `${spec.engine}(${spec.arguments ?? ''})`;
  const shard = spec.shardBy ? '{shard}' : 'all';
  const path = `'/clickhouse/tables/${shard}/{database}/${local}', '{replica}${spec.shardBy ? '' : '-{shard}'}'`;
  return `Replicated${spec.engine}(${path}${spec.arguments ? `, ${spec.arguments}` : ''})`;
}
