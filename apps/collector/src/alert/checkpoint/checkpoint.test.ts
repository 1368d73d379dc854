import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertList, DeliveryList, IncidentList, RuleList, SilenceList } from '@leeway/contract';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../ports.js';
import { type AlertRoom, createAlertRoom } from '../room.js';
import { httpSink } from '../testing/http-sink.js';
import { MemoryJournal } from '../testing/memory-journal.js';
import { seeded } from '../testing/random.js';
import { GivenFacts, MINUTE, verdict } from '../testing/verdict.js';
import { GatedJournal } from './gated-journal.js';

const T0 = Date.parse('2026-03-02T10:00:00Z');
const SIGNALS = ['distance', 'hour', 'carrier', 'origin'];
const MODELS = ['flight-delay', 'fraud'];

let dir: string;
let sink: Awaited<ReturnType<typeof httpSink>>;
let now: number;
const rooms: AlertRoom[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leeway-checkpoint-'));
  sink = await httpSink();
  now = T0;
  await writeFile(
    join(dir, 'alerts.yaml'),
    `receivers:
  - { name: hook, kind: webhook, url: "${sink.url}/hook" }
  - { name: am, kind: alertmanager, urls: ["${sink.url}"] }
route: { receiver: [hook, am], group_wait: 30s, group_interval: 2m, repeat_interval: 20m }
allow_addresses: [127.0.0.1]
`,
  );
});
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.stop()));
  await sink.close();
  await rm(dir, { recursive: true, force: true });
});

async function open(journal: MemoryJournal, entries = 25): Promise<AlertRoom> {
  const room = createAlertRoom({
    journal,
    facts: new GivenFacts(),
    log: pino({ level: 'silent' }),
    now: () => now,
    publicUrl: 'http://leeway.example',
    alertFile: join(dir, 'alerts.yaml'),
    rulesPath: null,
    env: {},
    dispatchMs: 3_600_000,
    checkpoints: { entries },
  });
  rooms.push(room);
  await room.start();
  return room;
}

async function call<T>(
  room: AlertRoom,
  method: string,
  path: string,
  params = {},
  body?: unknown,
): Promise<T> {
  const route = room.routes.find((r) => r.method === method && r.path === path)!;
  const answer = await route.handler({
    params,
    query: route.schema.querystring?.parse({}),
    body: route.schema.body?.parse(body),
  });
  return answer.body as T;
}

/** An hour of windows, silences, acknowledgements and rules, as the seed has it. */
async function live(room: AlertRoom, seed: number, steps = 40): Promise<void> {
  const random = seeded(seed);
  for (let step = 0; step < steps; step++) {
    now += MINUTE;
    for (const model of MODELS) {
      const verdicts = SIGNALS.map((s) =>
        verdict(s, now, [0.01, 0.15, 0.4][Math.floor(random.uniform() * 3)]!, { model }),
      );
      await room.judged(model, verdicts, now);
    }
    if (random.uniform() < 0.1)
      await call(
        room,
        'POST',
        '/silences',
        {},
        {
          matchers: [{ label: 'signal', value: SIGNALS[step % 4] }],
          starts_at: new Date(now).toISOString(),
          ends_at: new Date(now + 10 * MINUTE).toISOString(),
          author: 'ada',
          comment: 'known',
        },
      );
    if (random.uniform() < 0.1) {
      const { alerts } = await call<AlertList>(room, 'GET', '/alerts');
      const firing = alerts.find((a) => a.state === 'firing');
      if (firing)
        await call(
          room,
          'POST',
          '/alerts/:fingerprint/ack',
          { fingerprint: firing.fingerprint },
          { author: 'bo' },
        );
    }
    if (random.uniform() < 0.05)
      await call(
        room,
        'POST',
        '/rules/:name/enabled',
        { name: 'drift-moderate' },
        { enabled: step % 2 === 0 },
      );
    await room.tick(now);
    // Receivers answer over real sockets.
    if (step % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}

/** What must be the same after a start from a checkpoint and after one from the whole journal. */
async function whatIsKnown(room: AlertRoom) {
  const { alerts, firing, pending } = await call<AlertList>(room, 'GET', '/alerts');
  const { incidents } = await call<IncidentList>(room, 'GET', '/incidents');
  const { silences } = await call<SilenceList>(room, 'GET', '/silences');
  const { rules } = await call<RuleList>(room, 'GET', '/rules');
  const { deliveries } = await call<DeliveryList>(room, 'GET', '/deliveries');
  return {
    firing,
    pending,
    // Figures of windows that changed nothing are not journalled, so a checkpoint may know newer ones.
    alerts: alerts
      .map((a) => [
        a.fingerprint,
        a.state,
        a.episode,
        a.since,
        a.fired_at,
        a.resolved_at,
        a.incident,
        a.reason,
        a.silenced_by,
        a.inhibited_by,
        a.flapping,
        a.acknowledged_by,
      ])
      .sort(([a], [b]) => String(a).localeCompare(String(b))),
    incidents: incidents.map((i) => [
      i.id,
      i.state,
      i.since,
      i.fired_at,
      i.resolved_at,
      i.signal_count,
      i.firing_count,
      i.acknowledged_by,
      i.nearest_change,
      i.timeline.map((t) => `${t.at} ${t.kind}`).sort(),
    ]),
    silences: silences.map((s) => s.id).sort(),
    rules: rules.map((r) => [r.name, r.enabled]),
    deliveries: deliveries
      .map((d) => [d.id, d.why, d.state])
      .sort(([a], [b]) => String(a).localeCompare(String(b))),
  };
}

/** A journal with other lines. */
function altered(
  journal: MemoryJournal,
  change: (entry: JournalEntry) => JournalEntry | null,
): MemoryJournal {
  const copy = new MemoryJournal();
  for (const line of journal.lines) {
    const entry = change(JSON.parse(line) as JournalEntry);
    // Positions stay as they were: a line that is left out leaves a hole.
    copy.lines.push(
      JSON.stringify(entry ?? { seq: JSON.parse(line).seq, at: 0, kind: 'hole', model: '', body: null }),
    );
  }
  return copy;
}
const without = (journal: MemoryJournal) =>
  altered(journal, (e) => (e.kind.startsWith('checkpoint') ? null : e));

describe('a checkpoint', () => {
  it.each([1, 2, 3, 4])('gives what the whole journal gives, and much sooner (story %i)', async (seed) => {
    const journal = new MemoryJournal();
    const room = await open(journal);
    await live(room, seed);
    await room.stop();
    expect(journal.entries('checkpoint_end').length).toBeGreaterThan(2);

    journal.replayed = 0;
    const quick = await open(journal);
    const read = journal.replayed;
    const whole = without(journal);
    const slow = await open(whole);
    expect(await whatIsKnown(quick)).toEqual(await whatIsKnown(slow));
    expect(whole.replayed).toBeGreaterThan(200);
    expect(read).toBeLessThan(whole.replayed / 2);
  });

  it('goes on as if nothing had happened: the same messages about the same things', async () => {
    const journal = new MemoryJournal();
    const room = await open(journal);
    await live(room, 5);
    await room.stop();
    const other = without(journal);
    const at = now;
    const arrivedAfter = async (given: MemoryJournal) => {
      now = at;
      const made = await open(given);
      const before = sink.arrived.length;
      await live(made, 6, 30);
      await made.stop();
      return sink.arrived
        .slice(before)
        .filter(({ path }) => path === '/hook')
        .map(({ text }) => {
          const m = JSON.parse(text) as { why: string; title: string; at: string; incident: string };
          return `${m.at} ${m.why} ${m.title}`;
        })
        .sort();
    };
    const quick = await arrivedAfter(journal);
    expect(quick.length).toBeGreaterThan(5);
    expect(quick).toEqual(await arrivedAfter(other));
  });

  it('that is damaged, torn or of another version is left alone, and the whole journal replayed', async () => {
    const journal = new MemoryJournal();
    const room = await open(journal);
    await live(room, 7, 30);
    await room.stop();
    const right = await whatIsKnown(await open(without(journal)));
    const damages: ((e: JournalEntry) => JournalEntry | null)[] = [
      (e) =>
        e.kind === 'checkpoint'
          ? {
              ...e,
              body: {
                ...(e.body as object),
                text: (e.body as { text: string }).text.replace('firing', 'frying'),
              },
            }
          : e,
      (e) => (e.kind === 'checkpoint' ? null : e),
      (e) => (e.kind === 'checkpoint_end' ? { ...e, body: { ...(e.body as object), version: 99 } } : e),
      // A crash in the middle: parts without an end.
      (e) => (e.kind === 'checkpoint_end' ? null : e),
    ];
    for (const damage of damages) {
      const broken = altered(journal, damage);
      const opened = await open(broken);
      expect(broken.replayed).toBeGreaterThan(150);
      expect(await whatIsKnown(opened)).toEqual(right);
    }
  });

  it('is not written while another process writes to the alert journal too', async () => {
    const journal = new MemoryJournal();
    const room = await open(journal);
    await live(room, 8, 3);
    await journal.append([
      {
        at: now,
        kind: 'rule',
        model: '',
        body: { change: 'enabled', name: 'anomalies', enabled: false, author: 'b' },
      },
    ]);
    await live(room, 9, 40);
    const written = journal.entries('checkpoint_end').length;
    await room.stop();
    const again = await open(journal);
    const { rules } = await call<RuleList>(again, 'GET', '/rules');
    expect(rules.find((r) => r.name === 'anomalies')?.enabled).toBe(false);
    expect(written).toBeLessThanOrEqual(1);
  });
});

it('a gate lets nothing be written while the state is looked at, and everything afterwards', async () => {
  const journal = new MemoryJournal();
  const gated = new GatedJournal(journal);
  const memory: number[] = [];
  const add = async (n: number) => {
    await gated.append([{ at: 0, kind: 'alert', model: '', body: n }]);
    memory.push(n);
  };
  const writing = Array.from({ length: 50 }, (_, i) => add(i));
  const looked = gated.still(() => ({ position: gated.position, memory: memory.length }));
  writing.push(...Array.from({ length: 50 }, (_, i) => add(50 + i)));
  const { position, memory: known } = await looked;
  expect(known).toBe(position);
  await Promise.all(writing);
  expect(memory).toHaveLength(100);
  expect(journal.lines).toHaveLength(100);
});
