import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../sql.js';
import { eventBatch, temporaryDirectory, testEvent, withStore } from '../testing.js';
import { openInsertFiles } from './insert-files.js';

const NOW = Date.parse('2026-03-02T10:00:00Z');
const held = withStore({ retainDays: { events: 36_500, minutes: 36_500, hours: 36_500 } });

/** Enough rows to go by way of a file. */
function large(model: string, fault?: string) {
  const events = Array.from({ length: 2_000 }, (_, i) =>
    testEvent({ model, id: `${model} ${i}`, ts: NOW, numeric: Array<number>(10).fill(0.1 + 0.2), offset: i }),
  );
  const batch = eventBatch(`kafka:${model}:0-1999`, events);
  const [rows] = batch.tables;
  const body = [Buffer.from(rows!.body[0]! + (fault ?? ''))];
  expect(body[0]!.length).toBeGreaterThan(262_144);
  return { ...batch, tables: [{ ...rows!, body }] };
}

async function stored(model: string) {
  const rows = await held.store.lanes.read.rows<{ n: number; exact: number }>(
    sql`SELECT count() AS n, countIf(numeric[10] = ${0.1 + 0.2}) AS exact FROM events WHERE model = ${model}`,
  );
  return rows[0];
}

describe('rows that go to the engine by way of a file', () => {
  it('are stored once for each key, to the last bit', async () => {
    const batch = large('file');
    for (let i = 0; i < 3; i++) await held.store.batches.write(batch);
    expect(await stored('file')).toEqual({ n: 2_000, exact: 2_000 });
    await held.store.batches.write({ ...batch, key: 'kafka:file:again' });
    expect(await stored('file')).toEqual({ n: 4_000, exact: 4_000 });
  });

  it('leave neither a token for the next insert nor a file', async () => {
    const { tables } = large('next');
    const { table, columns, body } = tables[0]!;
    await held.store.batches.write(large('before'));
    for (let i = 0; i < 2; i++)
      await held.store.lanes.ingest.insert({ table, columns, format: 'TabSeparated', body });
    expect(await stored('next')).toMatchObject({ n: 4_000 });
    const settings = await held.store.lanes.ingest.rows<{ token: string }>(
      sql`SELECT getSetting('insert_deduplication_token') AS token`,
    );
    expect(settings[0]!.token).toBe('');
    expect(readdirSync(join(held.directory, 'inserts'))).toEqual([]);
  });

  it('are named as the fault where they are', async () => {
    await expect(held.store.batches.write(large('broken', 'this is no row\n'))).rejects.toMatchObject({
      code: 'rejected',
      retry: false,
    });
    expect(await stored('broken')).toMatchObject({ n: 0 });
    expect(readdirSync(join(held.directory, 'inserts'))).toEqual([]);
  });
});

describe('the folder of files', () => {
  let directory = '';
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const insert = {
    table: 't',
    columns: ['a'],
    format: 'TabSeparated' as const,
    body: [Buffer.alloc(300_000)],
  };

  it('forgets what a crash left', () => {
    mkdirSync(join(directory, 'inserts'));
    writeFileSync(join(directory, 'inserts', '0.tsv'), 'half a row');
    openInsertFiles(directory);
    expect(readdirSync(join(directory, 'inserts'))).toEqual([]);
  });

  it('takes large inserts', () => {
    const files = openInsertFiles(directory);
    expect(files.takes(insert)).toBe(true);
    expect(files.takes({ ...insert, body: [Buffer.alloc(1_000)] })).toBe(false);
  });

  it('is elsewhere where the path would be read as a pattern', async () => {
    const odd = join(directory, 'data{1}');
    mkdirSync(odd);
    let path = '';
    await openInsertFiles(odd).insert(insert, async (statement) => {
      path = /INFILE '([^']+)'/.exec(statement)![1]!;
      expect(existsSync(path)).toBe(true);
    });
    expect(path).not.toMatch(/[*?{}[\]]/);
    expect(existsSync(path)).toBe(false);
  });

  it('removes the file when the insert fails', async () => {
    const files = openInsertFiles(directory);
    const seen: boolean[] = [];
    const failure = files.insert(insert, async (statement) => {
      seen.push(existsSync(/INFILE '([^']+)'/.exec(statement)![1]!));
      throw new Error('refused');
    });
    await expect(failure).rejects.toThrow('refused');
    expect(seen).toEqual([true]);
    expect(readdirSync(join(directory, 'inserts'))).toEqual([]);
  });
});
