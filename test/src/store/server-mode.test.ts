import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../../apps/collector/src/store/open.js';
import {
  eventBatch,
  eventRows,
  memoryLogger,
  testEvent,
  testVerdict,
  trafficRows,
} from '../../../apps/collector/src/store/testing.js';
import { type ClickhouseHttp, startClickhouseHttp } from '../support/clickhouse-http.js';

const NOW = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
let server: ClickhouseHttp;
let one: Store;
let two: Store;

/** A collector's store on the server. */
function connect(password = 'secret'): Promise<Store> {
  return openStore({ server: { url: server.url, user: 'leeway', password }, memoryMib: 512 }, memoryLogger());
}

beforeAll(async () => {
  server = await startClickhouseHttp({ user: 'leeway', password: 'secret' });
  // Both at once, as two collectors of one deployment start.
  [one, two] = await Promise.all([connect(), connect()]);
}, 120_000);
afterAll(async () => {
  await one?.close();
  await two?.close();
  await server?.close();
});

describe('two collectors on one ClickHouse', () => {
  it('store a batch once, whichever of them writes it and how often', async () => {
    const events = [0, 1, 2].map((i) => testEvent({ id: `e${i}`, ts: NOW + i, numeric: [i], offset: i }));
    const batch = {
      ...eventBatch('kafka:t:0:0-2', events),
      tables: [eventRows(events), trafficRows([{ model: 'm', minute: NOW, requests: 3 }])],
    };
    await one.batches.write(batch);
    await two.batches.write(batch);
    await one.batches.write(batch);
    expect(await two.batches.storedOffsets('kafka:t:0', 0n, 10n)).toEqual(new Set([0n, 1n, 2n]));
    const page = await one.reads.events({
      model: 'm',
      from: NOW,
      to: NOW + 1_000,
      tags: [],
      features: [],
      limit: 10,
    });
    expect(page.events.map((event) => event.id)).toEqual(['e2', 'e1', 'e0']);
    expect(await two.evaluation.activeSlices('m', NOW, NOW + 60_000)).toEqual([
      { version: 'v1', segment: '', events: 3 },
    ]);
  });

  it('agree on the places of features that both meet at once', async () => {
    for (let i = 0; i < 5; i++)
      await Promise.all([
        one.features.append('shared', [
          { name: `both${i}`, kind: 'numeric' },
          { name: `one${i}`, kind: 'numeric' },
        ]),
        two.features.append('shared', [
          { name: `two${i}`, kind: 'numeric' },
          { name: `both${i}`, kind: 'numeric' },
        ]),
      ]);
    await Promise.all(
      [one, two].map((store) => store.features.append('shared', [{ name: 'last', kind: 'numeric' }])),
    );
    const third = await connect();
    const places = third.features.order('shared').places;
    expect([...places.values()].map((place) => place.position).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 16 }, (_, i) => i),
    );
    for (const store of [one, two])
      for (const [name, place] of store.features.order('shared').places)
        expect(places.get(name)).toEqual(place);
    await third.close();
  });

  it('give journal entries of both positions of their own', async () => {
    const work = [];
    for (let i = 0; i < 10; i++)
      for (const [name, store] of [
        ['one', one],
        ['two', two],
      ] as const)
        work.push(store.journal.append([{ at: NOW, kind: 'both', model: name, body: i }]));
    const written = (await Promise.all(work)).flat();
    expect(new Set(written.map((entry) => entry.seq)).size).toBe(20);
    const read: number[] = [];
    await two.journal.replay(['both'], (entries) => void read.push(...entries.map((entry) => entry.seq)));
    expect(read).toEqual(written.map((entry) => entry.seq).sort((a, b) => a - b));
  });

  it('read verdicts that the other wrote', async () => {
    const verdict = testVerdict({ start: NOW - 3_600_000, end: NOW });
    await one.evaluation.saveVerdicts([verdict]);
    expect(await two.facts.verdicts('m', NOW - 1, NOW)).toEqual([verdict]);
  });

  it('say when the server is down, and go on when it is back', async () => {
    const batch = eventBatch('kafka:t:0:3-3', [testEvent({ id: 'e3', ts: NOW, offset: 3 })]);
    server.down = true;
    await expect(one.batches.write(batch)).rejects.toMatchObject({ name: 'StoreError', retry: true });
    expect(one.batches.healthy()).toBe(false);
    expect(await one.check()).toMatchObject({ ok: false });
    server.down = false;
    await one.batches.write(batch);
    expect(one.batches.healthy()).toBe(true);
    expect(await two.batches.storedOffsets('kafka:t:0', 3n, 3n)).toEqual(new Set([3n]));
  });

  it('refuse a wrong password without repeating it', async () => {
    const failure = await connect('wrong-password').catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StoreError' });
    expect((failure as Error).message).toMatch(/Authentication failed/);
    expect((failure as Error).message).not.toMatch(/wrong-password/);
  });

  it('names rows as the fault where they are', async () => {
    const rows = eventRows([testEvent({ id: 'x', ts: NOW })]);
    await expect(
      one.batches.write({ ...eventBatch('bad', []), tables: [{ ...rows, body: ['no row\n'] }] }),
    ).rejects.toMatchObject({ code: 'rejected', retry: false });
  });
});
