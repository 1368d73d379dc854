import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { LEASES } from '../lease.js';
import { openStore } from '../open.js';
import { raw, sql } from '../sql.js';
import { eventBatch, memoryLogger, temporaryDirectory, testEvent } from '../testing.js';
import { MIGRATIONS, schemaStatements } from './migrations.js';
import { createTable } from './table.js';
import { TABLES } from './tables.js';

const RETENTION = { events: 30, minutes: 90, hours: 730 };
const directory = temporaryDirectory();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('tables on a cluster', () => {
  const table = (name: string) => TABLES.find((spec) => spec.name === name)!;

  it('are replicated and sharded, with a distributed table in front', () => {
    const [local, distributed] = createTable(table('events'), { cluster: 'prod' }, RETENTION);
    expect(local).toMatch(/^CREATE TABLE IF NOT EXISTS events_local ON CLUSTER `prod` \(/);
    expect(local).toContain(
      "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/events_local', '{replica}')",
    );
    expect(local).toContain('replicated_deduplication_window = 10000');
    expect(local).not.toContain('non_replicated_deduplication_window');
    expect(local).toContain('TTL toDateTime(ts) + toIntervalDay(30)');
    expect(distributed).toContain(
      "ENGINE = Distributed('prod', currentDatabase(), 'events_local', cityHash64(model, id))",
    );
  });

  it('are whole on every node where rows are few', () => {
    const statements = createTable(table('journal'), { cluster: 'prod' }, RETENTION);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toContain(
      "ReplicatedMergeTree('/clickhouse/tables/all/{database}/journal', '{replica}-{shard}')",
    );
    expect(statements[0]).toContain('fsync_after_insert = 1');
    const versioned = createTable(table('verdicts'), { cluster: 'prod' }, RETENTION)[0];
    expect(versioned).toContain("'{replica}', evaluated_at)");
  });

  it('keep events and their labels on the same shard, so that joins stay local', () => {
    expect(table('events').shardBy).toBe(table('labels').shardBy);
  });

  it('every statement can be repeated', () => {
    for (const cluster of [null, 'prod'])
      for (const statement of schemaStatements({ cluster }, RETENTION))
        expect(statement).toMatch(/^CREATE TABLE IF NOT EXISTS /);
  });

  it('from 20,000 days on nothing expires: a DateTime would end before', () => {
    const statements = createTable(table('events'), { cluster: null }, { ...RETENTION, events: 36_500 });
    expect(statements[0]).not.toContain('TTL');
  });
});

describe('statements for a cluster', () => {
  it('are ones that the engine understands, the lease of the evaluator among them', async () => {
    const path = temporaryDirectory();
    const store = await openStore({ dataDir: path, memoryMib: 512 }, memoryLogger());
    const { background } = store.lanes;
    const parsed = (statement: string) => background.rows<string>(raw(`EXPLAIN AST ${statement}`));
    try {
      const cluster = { cluster: 'prod' };
      const statements = [
        ...schemaStatements(cluster, RETENTION),
        ...createTable(LEASES, cluster, RETENTION),
      ];
      expect(statements.length).toBeGreaterThan(TABLES.length);
      for (const statement of statements) {
        const tree = (await parsed(statement)).join('\n');
        expect(tree, statement).toContain('CreateQuery');
        expect(tree).toMatch(/Function (Replicated\w*MergeTree|Distributed)/);
      }
      await expect(parsed(statements[0]!.replace('ENGINE', 'ENGIN'))).rejects.toThrow(/Syntax error/);
    } finally {
      await store.close();
      rmSync(path, { recursive: true, force: true });
    }
  });
});

describe('migrating', () => {
  it('applies each step once, follows the configured retention, and refuses data of a newer program', async () => {
    const logger = memoryLogger();
    let store = await openStore({ dataDir: directory, memoryMib: 512 }, logger);
    expect(logger.lines.map((line) => line.message)).toEqual(['store schema brought up to date']);
    const now = Date.now();
    await store.batches.write(eventBatch('kept', [testEvent({ id: 'a', ts: now - 86_400_000 * 3 })]));
    await store.close();

    store = await openStore(
      {
        dataDir: directory,
        memoryMib: 512,
        retainDays: { events: 1, minutes: 90, hours: 40_000, tables: { labels: 365 } },
      },
      logger,
    );
    expect(logger.lines).toHaveLength(1);
    const ttl = async (table: string) =>
      (
        await store.lanes.read.rows<{ text: string }>(
          sql`SELECT create_table_query AS text FROM system.tables WHERE database = currentDatabase() AND name = ${table}`,
        )
      )[0]!.text;
    const kept = async () =>
      (await store.lanes.read.rows<{ n: number }>(sql`SELECT count() AS n FROM events`))[0]!.n;
    expect(await ttl('events')).toContain('TTL toDateTime(ts) + toIntervalDay(1)');
    expect(await ttl('verdicts')).not.toContain('TTL');
    expect(await ttl('labels')).toContain('TTL toDateTime(received_at) + toIntervalDay(365)');
    // The engine drops the part in its own time.
    for (let i = 0; i < 100 && (await kept()) > 0; i++) {
      await store.lanes.background.run(sql`OPTIMIZE TABLE events FINAL`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await kept()).toBe(0);
    await store.lanes.background.run(
      sql`INSERT INTO schema_migrations (version, name, applied_at) VALUES (${MIGRATIONS.length + 5}, 'later', now64(3))`,
    );
    await store.close();
    await expect(openStore({ dataDir: directory, memoryMib: 512 }, logger)).rejects.toThrow(/newer Leeway/);
  });
});
