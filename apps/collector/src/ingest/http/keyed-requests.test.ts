import { describe, expect, it } from 'vitest';
import { StoreError } from '../../store/engine/errors.js';
import { sql } from '../../store/sql.js';
import { withStore } from '../../store/testing.js';
import { createQualityBook } from '../batch/data-quality.js';
import type { IngestDeps } from '../deps.js';
import { depsOf, planOf, signal } from '../testing.js';
import { createHttpIngest } from './http-ingest.js';

const held = withStore();
const plan = planOf([signal('a')]);

/** Ingest as it is after a start: it remembers no request. */
function started(store: IngestDeps['store'] = held.store.batches) {
  const deps = depsOf({ registry: held.store.features, store }, plan);
  const http = createHttpIngest(deps, {
    quality: createQualityBook(deps, 2_000),
    times: { maxFutureMs: 300_000, maxAgeMs: 86_400_000 },
    retryForMs: -1,
  });
  const send = (key: string, body: unknown) =>
    http.events(Buffer.from(JSON.stringify(body)), 'application/json', { 'idempotency-key': key });
  return { send };
}

/** The store as long as it takes nothing but one table's rows: batches stay half written. */
function only(table: string): IngestDeps['store'] {
  const { batches } = held.store;
  return {
    ...batches,
    async write(batch) {
      await batches.write({ ...batch, tables: batch.tables.filter((rows) => rows.table === table) });
      throw new StoreError('The store went away', 'unavailable', true);
    },
  };
}

const half = (id: string, side: string, data: object) => ({
  specversion: '1.0',
  id,
  type: `x.inference.${side}`,
  inferenceservicename: 'paired',
  data,
});

const event = (id: string, model = 'm') => ({ model, version: '1', id, ts: Date.now(), features: { a: 1 } });

describe('a retry in the same process', () => {
  it('brings an inference that could not be stored when its halves met', async () => {
    const { batches } = held.store;
    let down = false;
    const { send } = started({
      ...batches,
      async write(batch) {
        if (down) throw new StoreError('The store is away', 'unavailable', true);
        await batches.write(batch);
      },
    });
    const response = half('away', 'response', { predictions: [1] });
    await send('asks', half('away', 'request', { instances: [[1]] }));
    down = true;
    for (let i = 0; i < 2; i++) await expect(send('away', response)).rejects.toThrow('The store is away');
    down = false;
    expect(await send('away', response)).toMatchObject({ accepted: 1, rejected_count: 0 });
  });
});

describe('a retry after a restart', () => {
  it('writes what the store did not take of the request any more, once', async () => {
    held.store.usePlans((model) => plan.models.get(model) ?? null);
    const [from, to] = [Date.now() - 60_000, Date.now() + 60_000];
    const body = [
      event('half-1'),
      { model: 'm', id: 'half-1', ts: Date.now(), label: 1 },
      'no event',
      event('half-2'),
    ];
    await expect(started(only('events')).send('half', body)).rejects.toThrow('The store went away');
    const wrong = async () => (await held.store.counting.audit('m', { from, to }, false)).wrongMinutes;
    const counts = async () => {
      const rows = await held.store.lanes.read.rows<{ requests: number; labels: number; letters: number }>(
        sql`SELECT (SELECT toInt64(sum(requests)) FROM traffic WHERE model = 'm') AS requests,
              (SELECT count() FROM labels FINAL WHERE id = 'half-1') AS labels,
              (SELECT count() FROM dead_letters) AS letters`,
      );
      return rows[0];
    };
    expect(await counts()).toEqual({ requests: 0, labels: 0, letters: 0 });
    for (let i = 0; i < 3; i++) {
      const answer = await started().send('half', body);
      expect(answer).toMatchObject({ accepted: 3, rejected_count: 1, replayed: true });
      expect(await counts()).toEqual({ requests: 2, labels: 1, letters: 1 });
      expect(await wrong()).toBe(0);
    }
  });

  it('has the dead letters that it had before, also where their token is forgotten', async () => {
    const body = ['no event', event('kept', 'kept')];
    await started().send('kept', body);
    const letters = async () => (await held.store.reads.deadLetters({ limit: 100 })).dead_letters;
    const before = await letters();
    const forgetful = { ...held.store.batches };
    forgetful.write = (batch) => held.store.batches.write({ ...batch, key: `${batch.key}:forgotten` });
    expect(await started(forgetful).send('kept', body)).toMatchObject({ replayed: true });
    expect((await letters()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  it('of the half that completed an inference is known without the other half', async () => {
    const label = { model: 'paired', id: 'i:0', ts: Date.now(), label: 1 };
    const response = (id: string) => half(id, 'response', { predictions: [1, 2] });
    const requests = {
      alone: [response('i')],
      among: [response('j'), event('beside', 'paired'), label],
    };
    const first = started();
    for (const id of ['i', 'j'])
      await first.send(`asks ${id}`, half(id, 'request', { instances: [[1], [2]] }));
    for (const [key, accepted] of [
      ['alone', 2],
      ['among', 4],
    ] as const) {
      expect(await first.send(key, requests[key])).toMatchObject({ accepted, rejected_count: 0 });
      expect(await started().send(key, requests[key])).toMatchObject({ accepted, replayed: true });
      for (const other of [[response('k')], [response('k'), event('other', 'paired')]])
        await expect(started().send(key, other)).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    }
    const rows = await held.store.lanes.read.rows<{ n: number }>(
      sql`SELECT count() AS n FROM events WHERE model = 'paired' AND id != 'away'`,
    );
    expect(rows[0]).toEqual({ n: 5 });
  });

  it('is told from other content by ids as they are, whatever characters they have', async () => {
    const ids = ['tab\there', 'slash\\there', 'line\nhere', 'zero\0here', '\b\f\r', "quote's", 'ü€😀'];
    const body = ids.map((id) => event(id, 'odd'));
    expect(await started().send('odd', body)).toMatchObject({ accepted: ids.length });
    expect(await started().send('odd', body)).toMatchObject({ accepted: ids.length, replayed: true });
    for (const [place, id] of [
      [0, 'tab\\there'],
      [1, 'slash\there'],
    ] as const)
      await expect(started().send('odd', body.with(place, event(id, 'odd')))).rejects.toMatchObject({
        code: 'idempotency_key_reused',
      });
  });
});
