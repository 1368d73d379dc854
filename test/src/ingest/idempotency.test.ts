import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventPage, IngestAnswer, Problem } from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Collector, startCollector } from '../support/collector.js';

const event = (model: string, id: string, more: object = {}) => ({
  model,
  version: '1',
  id,
  ts: Date.now(),
  features: { a: 1 },
  latency_ms: 3,
  ...more,
});

describe('a request with an Idempotency-Key', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'leeway-keys-'));
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector({ dataDir });
  });
  afterAll(async () => {
    await collector?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function send(key: string, body: unknown, path = '/events'): Promise<Answer<IngestAnswer & Problem>> {
    return collector.ask(path, { json: body, headers: { 'idempotency-key': key } });
  }
  async function restart(how: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    collector.signal(how);
    await collector.ended;
    collector = await startCollector({ dataDir });
  }
  async function ids(model: string): Promise<string[]> {
    const { status, body } = await collector.ask<EventPage>(`/models/${model}/events?from=now-1h&limit=1000`);
    return status === 200 ? body.events.map(({ id }) => id).sort() : [];
  }
  async function countsAgree(model: string, events: number): Promise<void> {
    const { body } = await collector.ask<{ wrong_minutes: number }>(`/models/${model}/verify`, {
      json: { from: 'now-1h', to: 'now' },
    });
    expect(body.wrong_minutes).toBe(0);
    expect(await ids(model)).toHaveLength(events);
  }

  it('is stored once, however often it is sent, also after kills', async () => {
    const body = Array.from({ length: 20 }, (_, i) => event('again', `e${i}`));
    const first = await send('again', body);
    expect([first.status, first.body.accepted, first.body.replayed ?? false]).toEqual([200, 20, false]);
    for (let i = 0; i < 2; i++) {
      const retry = await send('again', body);
      expect([retry.status, retry.body.accepted, retry.body.replayed]).toEqual([200, 20, true]);
      await restart();
    }
    const last = await send('again', body);
    expect([last.body.accepted, last.body.replayed]).toEqual([20, true]);
    await countsAgree('again', 20);
  });

  it('is stored once when it is sent many times at once', async () => {
    const body = Array.from({ length: 50 }, (_, i) => event('at-once', `e${i}`));
    const answers = await Promise.all(Array.from({ length: 12 }, () => send('at-once', body)));
    expect(answers.map(({ status, body: answer }) => [status, answer.accepted])).toEqual(
      Array.from({ length: 12 }, () => [200, 50]),
    );
    expect(answers.filter(({ body: answer }) => !answer.replayed)).toHaveLength(1);
    await countsAgree('at-once', 50);
  });

  it('is refused when the key came with other content before, and says so; nothing of it is lost in silence', async () => {
    const one = [event('reused', 'one-1'), event('reused', 'one\t\\2')];
    expect((await send('reused', one)).status).toBe(200);
    const others = [
      [event('reused', 'two-1'), event('reused', 'two-2')],
      [event('reused', 'two-1')],
      [...one, event('reused', 'three')].map((each) => ({ ...each, id: `${each.id}!` })),
    ];
    for (const restarted of [false, true]) {
      if (restarted) await restart();
      for (const other of others) {
        const refused = await send('reused', other);
        expect([refused.status, refused.body.code]).toEqual([409, 'idempotency_key_reused']);
        expect(refused.body.detail).toContain('key of its own');
      }
      // The first one's retries are as welcome as ever.
      const retry = await send('reused', one);
      expect([retry.status, retry.body.replayed]).toEqual([200, true]);
    }
    expect(await ids('reused')).toEqual(['one\t\\2', 'one-1']);
    await countsAgree('reused', 2);
  });

  it('with labels of other content under a key used before a restart loses none of them', async () => {
    await send('l-events', [event('labelled', 'x'), event('labelled', 'y')]);
    const label = (id: string) => ({ model: 'labelled', id, ts: Date.now(), label: 1 });
    expect((await send('labels', [label('x')], '/labels')).body.accepted).toBe(1);
    await restart();
    expect((await send('labels', [label('y')], '/labels')).body.accepted).toBe(1);
    const { body } = await collector.ask<EventPage>('/models/labelled/events?from=now-1h');
    expect(body.events.map((each) => each.label)).toEqual([1, 1]);
  });

  it('of which nothing could be taken is tried anew when it comes again', async () => {
    const soon = event('early', 'e', { ts: Date.now() + 300_000 + 3_000 });
    expect((await send('early', soon)).status).toBe(422);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect((await send('early', soon)).body).toMatchObject({ accepted: 1 });
  });

  it('keeps what is good of it when a part is refused, and says the same again', async () => {
    const body = [event('partly', 'good'), event('partly', 'bad', { features: { a: {} } }), 'no event'];
    const first = await send('partly', body);
    expect(first.body).toMatchObject({ accepted: 1, rejected_count: 2 });
    expect(first.body.rejected[0]).toMatchObject({
      index: 1,
      path: '$.features.a',
      code: 'wrong_type',
      message: expect.stringMatching(/needs a number.*got an object/),
    });
    const second = await send('partly', body);
    expect(second.body).toEqual({ ...first.body, replayed: true });
    expect(await ids('partly')).toEqual(['good']);
  });
});
