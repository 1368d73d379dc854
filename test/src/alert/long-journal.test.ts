import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SETTINGS, Rule } from '@leeway/contract';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAlertRoom } from '../../../apps/collector/src/alert/room.js';
import type { AlertEntry } from '../../../apps/collector/src/alert/state/book.js';
import { newInstance } from '../../../apps/collector/src/alert/state/instance.js';
import { step } from '../../../apps/collector/src/alert/state/step.js';
import { openStore, type Store } from '../../../apps/collector/src/store/open.js';

/*
 * Years of alerts in the journal of a real store. The first start reads them all, in bounded memory; from then on a
 * checkpoint stands for them. `JOURNAL_ENTRIES=1000000` makes it a million (a minute and a half).
 */
const ENTRIES = Number(process.env.JOURNAL_ENTRIES ?? 100_000);
const CHUNK = 20_000;
const DAY = 86_400_000;
const YEARS_MS = 3 * 365 * DAY;
const SIGNALS = 500;
const log = pino({ level: 'silent' });

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-long-journal-'));
  store = await openStore({ dataDir: dir, memoryMib: 1_024 }, log);
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

/** Journal lines: each signal fires and resolves in turn, evenly over three years until now. */
function* lines(end: number): Generator<string> {
  const rule = Rule.parse({
    name: 'drift-significant',
    signal: 'drift.psi',
    condition: { op: '>', value: 0.2 },
    severity: 'critical',
  });
  const timing = { forMs: 0, keepFiringForMs: 0 };
  const signals = Array.from({ length: SIGNALS }, (_, i) => {
    const slice = { model: `model-${i % 20}`, version: '1', segment: '', signal: `feature-${i}` };
    const summary = 'PSI 0.41 on 4,213 events, far more than chance; median 720 → 1,160 (×1.61)';
    const detail = {
      value: 0.41,
      threshold: 0.2,
      unit: 'PSI',
      n: 4_213,
      window: null,
      baseline: null,
      direction: null,
      importance: null,
      summary,
    };
    return newInstance(rule, 'breach', slice, detail);
  });
  for (let i = 0; i < ENTRIES; i++) {
    const at = Math.round(end - YEARS_MS + (i / ENTRIES) * YEARS_MS);
    const before = signals[i % SIGNALS]!;
    const bad = Math.floor(i / SIGNALS) % 2 === 0;
    const seen = bad
      ? { kind: 'breach', value: 0.41, windowStart: at - 60_000 }
      : { kind: 'clear', value: 0.01 };
    const { state, transitions } = step(before.state, seen as Parameters<typeof step>[1], timing, at);
    const incident = bad ? `inc-${Math.floor(i / SIGNALS)}-${before.slice.model}` : before.incident;
    const instance = { ...before, state, incident, changes: [...before.changes, at].slice(-20) };
    signals[i % SIGNALS] = instance;
    const body: AlertEntry = { transition: transitions[0]!, instance };
    yield JSON.stringify({
      seq: i + 1,
      at: new Date(at).toISOString().replace('T', ' ').replace('Z', ''),
      kind: 'alert',
      model: before.slice.model,
      writer: 'w',
      body: JSON.stringify(body),
    });
  }
}

async function fill(end: number): Promise<void> {
  let chunk: string[] = [];
  const write = async () => {
    await store.lanes.ingest.insert({
      table: 'journal',
      columns: ['seq', 'at', 'kind', 'model', 'writer', 'body'],
      format: 'JSONEachRow',
      body: [Buffer.from(`${chunk.join('\n')}\n`)],
    });
    chunk = [];
  };
  for (const line of lines(end)) {
    chunk.push(line);
    if (chunk.length === CHUNK) await write();
  }
}

it('a journal of years is read once, and a restart reads only what came after it', async () => {
  const now = Date.now();
  await fill(now);
  // The store learnt its position when it was opened, before the journal was filled.
  await store.close();
  store = await openStore({ dataDir: dir, memoryMib: 1_024 }, log);
  const names = Array.from({ length: 20 }, (_, i) => `model-${i}`);
  const open = async () => {
    const said: { checkpoint: number; entries: number }[] = [];
    const write = (line: string) => {
      const entry = JSON.parse(line) as { msg: string; checkpoint: number; entries: number };
      if (entry.msg === 'the alert journal is replayed') said.push(entry);
    };
    const room = createAlertRoom({
      journal: store.journal,
      facts: {
        ...store.facts,
        models: () => names.map((model) => ({ model, settings: DEFAULT_SETTINGS, baseline: null })),
        lastEvent: async () => null,
        firstEvent: async () => null,
      },
      log: pino({ level: 'info' }, { write }),
      now: () => now,
      publicUrl: 'http://127.0.0.1:3000',
      alertFile: null,
      rulesPath: null,
      env: {},
    });
    await room.start();
    return { room, said: said[0]!, heapMib: process.memoryUsage().heapUsed / 1_048_576 };
  };

  const first = await open();
  expect(first.said).toMatchObject({ checkpoint: 0, entries: ENTRIES });
  // What ended more than a day ago is let go while reading; kept, a million alerts would take gigabytes.
  expect(first.heapMib).toBeLessThan(300 + ENTRIES / 1_500);
  const firing = first.room.counts.firing;
  await first.room.tick(now);
  await first.room.stop();

  const second = await open();
  expect(second.said.checkpoint).toBe(ENTRIES);
  expect(second.said.entries).toBeLessThan(ENTRIES / 10);
  expect(second.room.counts.firing).toBe(firing);
  await second.room.stop();
});
