import { describe, expect, it } from 'vitest';
import { addWithFeatures } from '../../take.js';
import { builderOf, eventsOf, memoryRegistry, NOW, planOf, signal } from '../../testing.js';
import { EventColumns } from './event-columns.js';

const EVENT = { model: 'm', version: 'v1', id: 'plain', ts: NOW, features: { a: 1.5 } };

async function stored(events: readonly object[]): Promise<Record<string, unknown>[]> {
  const registry = memoryRegistry();
  const builder = builderOf(planOf([signal('a')]), registry);
  for (const [offset, event] of events.entries())
    expect(await addWithFeatures({ registry }, builder, event, offset)).toEqual({ kind: 'added' });
  return eventsOf(builder);
}

describe('event rows in columns', () => {
  it('leave columns out that no event has a value in', async () => {
    expect(await stored([EVENT])).toEqual([
      {
        model: 'm',
        version: 'v1',
        id: 'plain',
        ts: '2026-01-15 12:00:00.000',
        prediction: null,
        score: null,
        latency_ms: null,
        offset: 0,
        source: 't:0',
        epoch: 1,
        received_at: '2026-01-15 12:00:00.000',
        numeric: [1.5],
      },
    ]);
  });

  it('keep values to their rows when a column begins in the middle and ends before the last', async () => {
    const full = {
      ...EVENT,
      id: 'full',
      features: { a: 2, c: 'ünï', b: 3, flag: true, v: [1, 2.5, -3], w: [4] },
      prediction: { yes: 0.75, no: 0.25 },
      score: 0.75,
      latency_ms: 12.5,
      error: 'timeout',
      tags: { region: 'eu', pod: 7 },
      tokens: { input: 4_294_967_295, output: 3 },
    };
    const rows = await stored([
      EVENT,
      full,
      { ...EVENT, features: {} },
      { ...full, features: { b: 4, w: [5] } },
    ]);
    const list = (name: string) => rows.map((row) => row[name]);
    expect(list('numeric')).toEqual([[1.5], [2, 3], [], [null, 4]]);
    expect(list('categorical')).toEqual([[], ['ünï', 'true'], [], []]);
    expect(list('embeddings')).toEqual([[], [[1, 2.5, -3], [4]], [], [[], [5]]]);
    expect(list('prediction_class')).toEqual([null, 'yes', null, 'yes']);
    expect(list('probabilities')).toEqual([{}, full.prediction, {}, full.prediction]);
    expect(list('error')).toEqual([null, 'timeout', null, 'timeout']);
    expect(list('tags')).toEqual([{}, { region: 'eu', pod: '7' }, {}, { region: 'eu', pod: '7' }]);
    expect(list('tokens_input')).toEqual([null, 4_294_967_295, null, 4_294_967_295]);
    expect(list('tokens_output')).toEqual([null, 3, null, 3]);
    expect(list('latency_ms')).toEqual([null, 12.5, null, 12.5]);
    expect(list('offset')).toEqual([0, 1, 2, 3]);
  });

  it('hold times and offsets beyond 32 bits, and name the ids', () => {
    const columns = new EventColumns();
    for (const offset of [1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
      columns.id.text(`id ${offset}`);
      columns.endRow(offset);
    }
    expect([...columns.ids()]).toEqual(
      [1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1].map((offset) => ({ offset, id: `id ${offset}` })),
    );
  });

  it('begin anew after a reset, and let the memory of a huge batch go', () => {
    const columns = new EventColumns();
    for (let row = 0; row < 100; row++) {
      columns.id.text('x'.repeat(1_000));
      columns.error.at(columns.rows).text('late');
      columns.endRow(row);
    }
    columns.reset(50_000);
    expect([columns.rows, columns.bytes]).toEqual([0, 0]);
    columns.id.text('one');
    columns.endRow(7);
    expect([...columns.ids()]).toEqual([{ offset: 7, id: 'one' }]);
    expect(columns.block({ source: 's', epoch: 0, receivedAt: NOW }).columns).not.toContain('error');
  });
});
