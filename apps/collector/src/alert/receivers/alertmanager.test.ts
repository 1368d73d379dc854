import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryList, ReceiverList } from '@leeway/contract';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AlertRoom, createAlertRoom } from '../room.js';
import { httpSink } from '../testing/http-sink.js';
import { MemoryJournal } from '../testing/memory-journal.js';
import { GivenFacts, MINUTE, verdict } from '../testing/verdict.js';
import type { AlertmanagerAlert } from './alertmanager.js';

let dir: string;
let sink: Awaited<ReturnType<typeof httpSink>>;
let journal: MemoryJournal;
let ready: boolean;
let now: number;
const rooms: AlertRoom[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-am-'));
  ready = true;
  sink = await httpSink((_arrived, response) => {
    response.statusCode = ready ? 200 : 503;
    response.end();
  });
  journal = new MemoryJournal();
  now = Math.floor(Date.now() / MINUTE) * MINUTE;
  await writeFile(
    join(dir, 'alerts.yaml'),
    `receivers: [{ name: am, kind: alertmanager, urls: ["${sink.url}"], resend: 1m }]
route: { receiver: am }
allow_addresses: [127.0.0.1]
`,
  );
});
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.stop()));
  await sink.close();
  await rm(dir, { recursive: true, force: true });
});

async function open(): Promise<AlertRoom> {
  const room = createAlertRoom({
    journal,
    facts: new GivenFacts(),
    log: pino({ level: 'silent' }),
    now: () => now,
    publicUrl: 'http://leeway.example',
    alertFile: join(dir, 'alerts.yaml'),
    rulesPath: null,
    env: {},
    dispatchMs: 5,
  });
  rooms.push(room);
  await room.start();
  return room;
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 150));
async function ask<T>(room: AlertRoom, path: string): Promise<T> {
  const route = room.routes.find((r) => r.method === 'GET' && r.path === path)!;
  const query = route.schema.querystring?.parse({});
  const { body } = await route.handler({ params: {}, query, body: undefined });
  return route.schema.response[200]!.parse(body) as T;
}
const deliveries = async (room: AlertRoom) =>
  (await ask<DeliveryList>(room, '/deliveries')).deliveries
    .map((d) => `${d.why} ${d.state} after ${d.attempts}`)
    .reverse();
const pushed = () =>
  sink.arrived.map(({ text }) =>
    (JSON.parse(text) as AlertmanagerAlert[]).map((a) => `${a.labels.signal} ${a.labels.severity}`).sort(),
  );

it('lists what Alertmanager was told as deliveries, once for each change, and not again after a restart', async () => {
  const room = await open();
  await room.judged('flight-delay', [verdict('distance', now, 0.4), verdict('hour', now, 0.3)], now);
  await settle();
  // The warnings at 0.1 are muted by the critical alerts on the same signals.
  expect(pushed()).toEqual([['distance critical', 'hour critical']]);
  now += MINUTE;
  await settle();
  expect(pushed()).toHaveLength(2);
  expect(await deliveries(room)).toEqual(['first delivered after 1']);
  await room.stop();

  const again = await open();
  now += MINUTE;
  await settle();
  // It is told again, because Alertmanager forgets, but that is no news.
  expect(pushed()).toHaveLength(3);
  expect(await deliveries(again)).toEqual(['first delivered after 1']);
  await again.judged('flight-delay', [verdict('distance', now, 0.01), verdict('hour', now, 0.01)], now);
  await settle();
  expect(await deliveries(again)).toEqual(['first delivered after 1', 'all_resolved delivered after 1']);
  const { receivers } = await ask<ReceiverList>(again, '/receivers');
  expect(receivers[0]).toMatchObject({
    health: 'ok',
    last_delivery: { why: 'all_resolved', state: 'delivered', incident: expect.stringMatching(/^inc-/) },
  });
});

it('shows a delivery that Alertmanager does not take, with the reason, until it does', async () => {
  ready = false;
  const room = await open();
  await room.judged('flight-delay', [verdict('distance', now, 0.4)], now);
  await settle();
  const { deliveries: waiting } = await ask<DeliveryList>(room, '/deliveries');
  expect(waiting).toMatchObject([
    {
      receiver: 'am',
      kind: 'alertmanager',
      state: 'queued',
      why: 'first',
      last_error: expect.stringContaining('503'),
    },
  ]);
  ready = true;
  now += 2 * MINUTE;
  await settle();
  expect(await deliveries(room)).toEqual(['first delivered after 2']);
});

it('does not stop telling of an alert that was told before a restart and is silenced now', async () => {
  const room = await open();
  await room.judged('flight-delay', [verdict('distance', now, 0.4)], now);
  await settle();
  await room.stop();
  const before = pushed().length;
  const again = await open();
  const silence = again.routes.find((r) => r.method === 'POST' && r.path === '/silences')!;
  const body = silence.schema.body!.parse({
    matchers: [{ label: 'model', value: 'flight-delay' }],
    starts_at: new Date(now - 1_000).toISOString(),
    ends_at: new Date(now + 60 * MINUTE).toISOString(),
    author: 'ada',
    comment: 'known',
  });
  await silence.handler({ params: {}, query: undefined, body });
  now += 2 * MINUTE;
  await settle();
  // Else it would end there by itself, which reads as a recovery.
  expect(pushed().slice(before).flat()).toContain('distance critical');
});
