import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertList, IncidentList } from '@leeway/contract';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Message } from './notify/message.js';
import { createAlertRoom } from './room.js';
import { httpSink } from './testing/http-sink.js';
import { MemoryJournal } from './testing/memory-journal.js';
import { GivenFacts, MINUTE, verdict } from './testing/verdict.js';

let dir: string;
let sink: Awaited<ReturnType<typeof httpSink>>;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-storm-'));
  sink = await httpSink();
});
afterEach(async () => {
  await sink.close();
  await rm(dir, { recursive: true, force: true });
});

it('10,000 alerts at once become a message a model, in bounded memory, while the API answers', async () => {
  const alertFile = join(dir, 'alerts.yaml');
  await writeFile(
    alertFile,
    `receivers: [{ name: hook, kind: webhook, url: "${sink.url}/" }]
route: { receiver: hook, group_wait: 10s }
allow_addresses: [127.0.0.1]
`,
  );
  let now = Math.floor(Date.now() / MINUTE) * MINUTE;
  const room = createAlertRoom({
    journal: new MemoryJournal(),
    facts: new GivenFacts(),
    log: pino({ level: 'silent' }),
    now: () => now,
    publicUrl: 'http://leeway.example',
    alertFile,
    rulesPath: null,
    env: {},
    dispatchMs: 20,
  });
  await room.start();
  const models = Array.from({ length: 50 }, (_, i) => `model-${i}`);
  const signals = Array.from({ length: 200 }, (_, i) => `signal-${i}`);
  const before = process.memoryUsage().heapUsed;
  const ask = async (path: string) => {
    const route = room.routes.find((r) => r.method === 'GET' && r.path === path)!;
    const started = performance.now();
    const { body } = await route.handler({
      params: {},
      query: route.schema.querystring!.parse({}),
      body: undefined,
    });
    return { body, ms: performance.now() - started };
  };

  // The warnings at 0.1 stay out of it, so that exactly 10,000 alerts fire.
  const enable = room.routes.find((r) => r.path === '/rules/:name/enabled')!;
  await enable.handler({
    params: { name: 'drift-moderate' },
    query: undefined,
    body: { enabled: false, author: 'test' },
  });
  await Promise.all(
    models.map((model) =>
      room.judged(
        model,
        signals.map((s) => verdict(s, now, 0.4, { model })),
        now,
      ),
    ),
  );
  expect(room.counts.firing).toBe(10_000);

  now += 10_000;
  let slowest = 0;
  const end = Date.now() + 30_000;
  while (sink.arrived.length < models.length && Date.now() < end) {
    const started = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    slowest = Math.max(slowest, performance.now() - started, (await ask('/incidents')).ms);
  }
  expect(sink.arrived).toHaveLength(models.length);
  const messages = sink.arrived.map(({ text }) => JSON.parse(text) as Message);
  expect(new Set(messages.map((m) => m.model)).size).toBe(50);
  for (const message of messages) {
    expect(message.signal_count).toBe(200);
    expect(message.signals).toHaveLength(20);
  }
  const alerts = (await ask('/alerts')).body as AlertList;
  expect(alerts).toMatchObject({ firing: 10_000, truncated: true });
  expect(alerts.alerts).toHaveLength(1_000);
  expect(((await ask('/incidents')).body as IncidentList).incidents).toHaveLength(50);
  // Generous, because other work shares the test machine; a blocked loop would take many seconds.
  expect(slowest).toBeLessThan(5_000);
  expect((process.memoryUsage().heapUsed - before) / 1_048_576).toBeLessThan(500);
  await room.stop();
}, 120_000);
