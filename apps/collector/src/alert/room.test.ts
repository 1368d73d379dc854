import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert, Incident } from '@leeway/contract';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from './notify/message.js';
import { type AlertRoom, createAlertRoom } from './room.js';
import { httpSink } from './testing/http-sink.js';
import { MemoryJournal } from './testing/memory-journal.js';
import { GivenFacts, MINUTE, verdict } from './testing/verdict.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** The room's clock starts at the real time, because signatures are only good for some minutes. */
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE;

let dir: string;
let sink: Awaited<ReturnType<typeof httpSink>>;
let journal: MemoryJournal;
let facts: GivenFacts;
let now: number;
const rooms: AlertRoom[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-alert-'));
  sink = await httpSink();
  journal = new MemoryJournal();
  facts = new GivenFacts();
  now = T0;
});
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.stop()));
  await sink.close();
  await rm(dir, { recursive: true, force: true });
});

async function room(): Promise<AlertRoom> {
  const alertFile = join(dir, 'alerts.yaml');
  await writeFile(
    alertFile,
    `receivers:
  - { name: hook, kind: webhook, url: "${sink.url}/hook", secret: { env: HOOK_SECRET } }
route: { receiver: hook, group_wait: 30s, group_interval: 5m }
allow_addresses: [127.0.0.1]
`,
  );
  const made = createAlertRoom({
    journal,
    facts,
    log: pino({ level: 'silent' }),
    now: () => now,
    publicUrl: 'http://leeway.example',
    alertFile,
    rulesPath: null,
    env: { HOOK_SECRET: SECRET },
    dispatchMs: 10,
  });
  rooms.push(made);
  await made.start();
  return made;
}

async function until(test: () => boolean, ms = 3_000): Promise<void> {
  const end = Date.now() + ms;
  while (!test() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(test()).toBe(true);
}
const quiet = () => new Promise((resolve) => setTimeout(resolve, 80));
const messages = () => sink.arrived.map(({ text }) => JSON.parse(text) as Message);

async function call(
  made: AlertRoom,
  method: string,
  path: string,
  input: { params?: unknown; query?: unknown; body?: unknown } = {},
) {
  const route = made.routes.find((r) => r.method === method && r.path === path)!;
  const read = (schema: typeof route.schema.body, given: unknown) =>
    schema ? schema.parse(given ?? {}) : undefined;
  const answer = await route.handler({
    params: read(route.schema.params, input.params),
    query: read(route.schema.querystring, input.query),
    body: read(route.schema.body, input.body),
  });
  return route.schema.response[answer.status]!.parse(answer.body);
}

describe('the alert room', () => {
  it('turns a significant drift into one signed message, and its end into another', async () => {
    const made = await room();
    await made.judged('flight-delay', [verdict('distance', T0, 0.41), verdict('carrier', T0, 0.02)], now);
    expect(made.counts).toMatchObject({ firing: 2, pending: 0 });
    now += 29_000;
    await quiet();
    expect(sink.arrived).toEqual([]);
    now += 1_000;
    await until(() => sink.arrived.length === 1);
    const [first] = messages();
    expect(first).toMatchObject({
      why: 'first',
      status: 'firing',
      severity: 'critical',
      model: 'flight-delay',
    });
    // The warning at 0.1 is muted by the alert at 0.2 on the same signal.
    expect(first!.signals.map((s) => s.rule)).toEqual(['drift-significant']);
    expect(first!.text).toContain('distance of flight-delay 3 moved: PSI 0.41 on 4,213 events');
    const { headers, text } = sink.arrived[0]!;
    expect(() => new Webhook(SECRET).verify(text, headers as Record<string, string>)).not.toThrow();
    expect(headers['webhook-id']).toBe(first!.id);

    now += 5 * MINUTE;
    await made.judged('flight-delay', [verdict('distance', now, 0.01)], now);
    await until(() => sink.arrived.length === 2);
    expect(messages()[1]).toMatchObject({ why: 'all_resolved', status: 'resolved', group: first!.group });
    now += 60 * MINUTE;
    await quiet();
    expect(sink.arrived).toHaveLength(2);
  });

  it('keeps telling when the clock jumps back an hour: nothing resolves, and what is due comes in its time', async () => {
    const made = await room();
    await made.judged('flight-delay', [verdict('distance', T0, 0.41)], now);
    await quiet();
    now -= 60 * MINUTE;
    await quiet();
    expect(sink.arrived).toEqual([]);
    // Windows of an hour ago say nothing about an alert that has seen later ones.
    await made.judged('flight-delay', [verdict('distance', now, 0.01)], now);
    expect(made.counts.firing).toBe(2);
    await made.judged('flight-delay', [verdict('carrier', now, 0.41)], now);
    now += 30_000;
    await until(() => sink.arrived.length === 1);
    expect(
      messages()[0]!
        .signals.map((s) => s.signal)
        .sort(),
    ).toEqual(['carrier', 'distance']);
  });

  it('never alerts for windows of the past', async () => {
    const made = await room();
    await made.judged(
      'flight-delay',
      [verdict('distance', T0 - 90 * MINUTE, 0.9, { historical: true })],
      now,
    );
    expect(made.counts).toMatchObject({ firing: 0, pending: 0 });
    expect(journal.lines).toEqual([]);
  });

  it('writes to the journal before anybody hears of it', async () => {
    const made = await room();
    journal.failing = 'disk full';
    await made.judged('flight-delay', [verdict('distance', T0, 0.41)], now);
    expect(made.counts.firing).toBe(0);
    journal.failing = null;
    await made.judged('flight-delay', [verdict('distance', T0 + MINUTE, 0.41)], now);
    expect(made.counts.firing).toBe(2);
  });

  it('goes on after a restart where it stopped, without a second message', async () => {
    const before = await room();
    await before.judged('flight-delay', [verdict('distance', T0, 0.41)], now);
    now += 30_000;
    await until(() => sink.arrived.length === 1);
    await until(() => journal.entries('delivery').length === 2);
    await before.stop();
    now += 3 * 3_600_000;
    const after = await room();
    expect(after.counts.firing).toBe(2);
    await quiet();
    expect(sink.arrived).toHaveLength(1);
    await after.judged('flight-delay', [verdict('distance', now, 0.01)], now);
    await until(() => sink.arrived.length === 2);
    expect(messages()[1]).toMatchObject({ why: 'all_resolved', group: messages()[0]!.group });
  });

  it('sends what a crash kept in the outbox, with the same key', async () => {
    const before = await room();
    await before.judged('flight-delay', [verdict('distance', T0, 0.41)], now);
    now += 30_000;
    await until(() => sink.arrived.length === 1);
    await before.stop();
    // As if the process had died before it noted the delivery.
    const sent = journal.lines.findIndex((line) => line.includes('"state":"delivered"'));
    journal.lines.splice(sent, 1);
    await room();
    await until(() => sink.arrived.length === 2);
    expect(sink.arrived[1]!.headers['webhook-id']).toBe(sink.arrived[0]!.headers['webhook-id']);
    expect(messages()[1]).toEqual(messages()[0]);
  });

  describe('takes an acknowledgement', () => {
    const alertOf = async (made: AlertRoom) => {
      const { alerts } = (await call(made, 'GET', '/alerts')) as { alerts: Alert[] };
      return alerts.find(({ rule }) => rule === 'drift-significant')!;
    };
    const seen = (made: AlertRoom, psi: number) =>
      made.judged('flight-delay', [verdict('distance', now, psi)], now);

    it('of an incident for what fires in it, and not for the same alert in a later one', async () => {
      const made = await room();
      await seen(made, 0.41);
      const { incident: first } = await alertOf(made);
      now += MINUTE;
      await seen(made, 0.01);
      now += 30 * MINUTE;
      await seen(made, 0.41);
      const again = await alertOf(made);
      expect(again.incident).not.toBe(first);
      const ack = (id: string) =>
        call(made, 'POST', '/incidents/:id/ack', {
          params: { id },
          body: { author: 'ada', comment: 'on it' },
        }) as Promise<Incident>;
      await expect(ack(first!)).rejects.toThrow('nothing fires in this incident any more');
      expect((await alertOf(made)).acknowledged_by).toBeNull();
      expect((await ack(again.incident!)).acknowledged_by).toBe('ada');
    });

    it('of an alert for the episode that was there when it was asked for', async () => {
      const made = await room();
      await seen(made, 0.41);
      const { fingerprint } = await alertOf(made);
      now += MINUTE;
      const meanwhile = [seen(made, 0.01), seen(made, 0.41)];
      const body = { author: 'ada', comment: '' };
      await expect(
        call(made, 'POST', '/alerts/:fingerprint/ack', { params: { fingerprint }, body }),
      ).rejects.toThrow('neither pending nor firing any more');
      await Promise.all(meanwhile);
      expect(await alertOf(made)).toMatchObject({ state: 'firing', episode: 2, acknowledged_by: null });
      await call(made, 'POST', '/alerts/:fingerprint/ack', { params: { fingerprint }, body });
      expect((await alertOf(made)).acknowledged_by).toBe('ada');
    });
  });

  it('shows alerts and incidents through its routes, and takes acknowledgements and silences', async () => {
    facts.changed = [{ at: T0 - 20 * MINUTE, text: 'version 3 deployed' }];
    const made = await room();
    await made.judged('flight-delay', [verdict('distance', T0, 0.41), verdict('carrier', T0, 0.25)], now);
    const list = (await call(made, 'GET', '/alerts', { query: { state: 'firing' } })) as { alerts: Alert[] };
    expect(list.alerts).toHaveLength(4);
    const { incidents } = (await call(made, 'GET', '/incidents')) as { incidents: Incident[] };
    expect(incidents).toHaveLength(1);
    const [incident] = incidents;
    expect(incident!.signals[0]).toMatchObject({ signal: 'distance', value: 0.41 });
    await until(() => journal.entries('incident').length === 1);
    const whole = (await call(made, 'GET', '/incidents/:id', { params: { id: incident!.id } })) as Incident;
    expect(whole.nearest_change?.text).toBe('version 3 deployed');
    const acked = (await call(made, 'POST', '/incidents/:id/ack', {
      params: { id: incident!.id },
      body: { author: 'ada' },
    })) as Incident;
    expect(acked.acknowledged_by).toBe('ada');
    await call(made, 'POST', '/silences', {
      body: {
        matchers: [{ label: 'model', value: 'flight-delay' }],
        starts_at: new Date(now).toISOString(),
        ends_at: new Date(now + 60 * MINUTE).toISOString(),
        author: 'ada',
        comment: 'known',
      },
    });
    now += 30_000;
    await quiet();
    expect(sink.arrived).toEqual([]);
    now += 60 * MINUTE;
    await until(() => sink.arrived.length === 1);
  });
});
