import { describe, expect, it } from 'vitest';
import { raw, sql } from './sql.js';
import { EVENT_COLUMNS, eventBatch, testEvent, withStore } from './testing.js';

const held = withStore();
const NOW = Date.now() - 3_600_000;
const COUNT = 20_000;

describe('stored bytes of an event', () => {
  it('are fewer than those of a table of plain columns with the same rows', async () => {
    let seed = 7;
    const next = () => {
      seed = (48_271 * seed) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const events = Array.from({ length: COUNT }, (_, i) =>
      testEvent({
        id: `event-${i}-${Math.floor(next() * 1e9)}`,
        ts: NOW + i,
        numeric: Array.from({ length: 20 }, () => Math.floor(next() * 1e6)),
        prediction: next(),
        latency: Math.round(next() * 1e5) / 1e3,
        offset: i,
      }),
    );
    await held.store.batches.write(eventBatch('size', events));
    const { background } = held.store.lanes;
    const plain = [
      'model String',
      'version String',
      'id String',
      "ts DateTime64(3, 'UTC')",
      'numeric Array(Float64)',
      'categorical Array(Nullable(String))',
      'embeddings Array(Array(Float32))',
      'prediction Float64',
      'prediction_class Nullable(String)',
      'probabilities Map(String, Float64)',
      'score Float64',
      'latency_ms Float64',
      'error Nullable(String)',
      'tags Map(String, String)',
      'tokens_input Nullable(UInt32)',
      'tokens_output Nullable(UInt32)',
      'source String',
      'offset Int64',
      'epoch UInt32',
      "received_at DateTime64(3, 'UTC')",
    ];
    await background.run(
      raw(`CREATE TABLE plain (${plain.join(', ')}) ENGINE = MergeTree ORDER BY (model, version, ts)`),
    );
    await background.run(raw(`INSERT INTO plain SELECT ${EVENT_COLUMNS.join(', ')} FROM events`));
    for (const table of ['events', 'plain']) await background.run(raw(`OPTIMIZE TABLE ${table} FINAL`));
    const rows = await background.rows<{ table: string; bytes: number }>(
      sql`SELECT table, sum(bytes_on_disk) / ${COUNT} AS bytes FROM system.parts
          WHERE active AND table IN ('events', 'plain') AND database = currentDatabase() GROUP BY table`,
    );
    const size = new Map(rows.map((row) => [row.table, row.bytes]));
    expect(size.get('events')!).toBeLessThan(size.get('plain')! * 0.85);
    // Twenty random six-digit numbers need about 100 bytes by themselves.
    expect(size.get('events')!).toBeLessThan(117);
  });
});
