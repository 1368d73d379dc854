import { describe, expect, it } from 'vitest';
import { StoreError } from './engine/errors.js';
import { sql } from './sql.js';
import { eventBatch, eventRows, testEvent, withStore } from './testing.js';

const NOW = Date.parse('2026-03-02T10:00:00Z');
const held = withStore({ retainDays: { events: 36_500, minutes: 36_500, hours: 36_500 } });

async function countOf(table: string, model: string): Promise<number> {
  const rows = await held.store.lanes.read.rows<{ n: number }>(
    table === 'events'
      ? sql`SELECT count() AS n FROM events WHERE model = ${model}`
      : sql`SELECT toInt64(sum(requests)) AS n FROM traffic WHERE model = ${model}`,
  );
  return rows[0]!.n;
}

describe('writing a batch', () => {
  it('stores every table of it once, however often it is written', async () => {
    const event = testEvent({ model: 'once', id: 'a', ts: NOW, numeric: [1.5, Number.NaN] });
    const batch = {
      ...eventBatch('kafka:once:0-0', [event]),
      tables: [
        eventRows([event]),
        {
          table: 'traffic' as const,
          columns: ['model', 'version', 'segment', 'minute', 'requests'],
          rows: 1,
          format: 'TabSeparated' as const,
          body: [`once\tv1\t\t${NOW / 1000}\t1\n`],
        },
      ],
    };
    for (let i = 0; i < 3; i++) await held.store.batches.write(batch);
    expect(await countOf('events', 'once')).toBe(1);
    expect(await countOf('traffic', 'once')).toBe(1);
  });

  it('keeps the token to its own statement: equal rows under another key, or none, are stored again', async () => {
    const event = testEvent({ model: 'leak', id: 'a', ts: NOW });
    await held.store.batches.write(eventBatch('kafka:leak:0-0', [event]));
    await held.store.batches.write(eventBatch('kafka:leak:1-1', [event]));
    const rows = eventRows([event]);
    const body = [Buffer.from(rows.body[0]!)];
    // Without a token of its own an insert must not inherit the last one: the engine would drop it in silence.
    for (let i = 0; i < 2; i++)
      await held.store.lanes.ingest.insert({
        table: 'events',
        columns: rows.columns,
        format: 'TabSeparated',
        body,
      });
    expect(await countOf('events', 'leak')).toBe(4);
    const token = await held.store.lanes.ingest.rows<{ token: string }>(
      sql`SELECT getSetting('insert_deduplication_token') AS token`,
    );
    expect(token[0]!.token).toBe('');
  });

  it('remembers tokens over thousands of later batches', async () => {
    const first = eventBatch('kafka:window:0-0', [testEvent({ model: 'window', id: 'x', ts: NOW })]);
    await held.store.batches.write(first);
    for (let i = 1; i <= 300; i++)
      await held.store.batches.write(
        eventBatch(`kafka:window:${i}`, [testEvent({ model: 'other', id: `${i}`, ts: NOW })]),
      );
    await held.store.batches.write(first);
    expect(await countOf('events', 'window')).toBe(1);
    const settings = await held.store.lanes.read.rows<{ text: string }>(
      sql`SELECT create_table_query AS text FROM system.tables
          WHERE database = currentDatabase() AND name IN ('events', 'histograms', 'traffic', 'labels', 'dead_letters')`,
    );
    expect(settings).toHaveLength(5);
    for (const row of settings) expect(row.text).toContain('non_replicated_deduplication_window = 10000');
  });

  it('stores a batch that spans many weeks, and each week once', async () => {
    const events = Array.from({ length: 150 }, (_, i) =>
      testEvent({ model: 'weeks', id: `w${i}`, ts: NOW - i * 7 * 86_400_000, offset: i }),
    );
    const batch = eventBatch('kafka:weeks:0-149', events);
    await held.store.batches.write(batch);
    await held.store.batches.write(batch);
    expect(await countOf('events', 'weeks')).toBe(150);
  });

  it('keeps every bit of a number', async () => {
    const values = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, 123456.789012345, 1 / 3, 2 ** 53 + 2];
    await held.store.batches.write(
      eventBatch('kafka:bits:0-0', [testEvent({ model: 'bits', id: 'b', ts: NOW, numeric: values })]),
    );
    const rows = await held.store.lanes.read.rows<{ bits: string[] }>(
      sql`SELECT arrayMap(x -> toString(reinterpretAsUInt64(x)), numeric) AS bits FROM events WHERE model = 'bits'`,
    );
    const wanted = new BigUint64Array(Float64Array.from(values).buffer);
    expect(rows[0]!.bits).toEqual([...wanted].map(String));
  });

  it('names rows as the fault where they are, and says that trying again is of no use', async () => {
    const rows = eventRows([testEvent({ model: 'bad', id: 'a', ts: NOW })]);
    const broken = { ...eventBatch('k', []), tables: [{ ...rows, body: ['this is no row\n'] }] };
    const failure = await held.store.batches.write(broken).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({ retry: false, code: 'rejected' });
    expect(held.store.batches.healthy()).toBe(true);
  });

  it('refuses a batch that would not stay one block', async () => {
    const rows = { ...eventRows([testEvent({ id: 'a', ts: NOW })]), rows: 1_000_001 };
    await expect(held.store.batches.write({ ...eventBatch('k', []), tables: [rows] })).rejects.toMatchObject({
      code: 'batch_too_large',
      retry: false,
    });
  });

  it('keeps the largest allowed insert in one block', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 1_000_000; i++) lines.push(`big\tv1\ts\t${NOW / 1000 + (i % 600) * 60}\t1`);
    await held.store.batches.write({
      ...eventBatch('kafka:big', []),
      tables: [
        {
          table: 'traffic',
          columns: ['model', 'version', 'segment', 'minute', 'requests'],
          rows: lines.length,
          format: 'TabSeparated' as const,
          body: [`${lines.join('\n')}\n`],
        },
      ],
    });
    const parts = await held.store.lanes.read.rows<{ n: number }>(
      sql`SELECT count() AS n FROM system.parts WHERE table = 'traffic' AND active AND rows > 0
          AND partition = '2026-03-02' AND level = 0 AND rows >= 600`,
    );
    expect(parts[0]!.n).toBeLessThanOrEqual(1);
    expect(await countOf('traffic', 'big')).toBe(1_000_000);
  });
});

describe('finding what is stored', () => {
  it('lists the offsets of a source within a range', async () => {
    const events = [3, 4, 9].map((offset) =>
      testEvent({ model: 'offsets', id: `o${offset}`, ts: NOW, source: 'kafka:o:7', offset }),
    );
    await held.store.batches.write(eventBatch('kafka:o:7:3-9', events));
    expect(await held.store.batches.storedOffsets('kafka:o:7', 4n, 20n)).toEqual(new Set([4n, 9n]));
    expect(await held.store.batches.storedOffsets('kafka:o:8', 0n, 20n)).toEqual(new Set());
    expect(await held.store.batches.storedBySource('kafka:o:7')).toBe(3);
    expect(await held.store.batches.storedBySource("it's \\ none")).toBe(0);
  });
});
