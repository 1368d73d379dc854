import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { testMessage } from '../notify/message.js';
import { MemoryJournal } from '../testing/memory-journal.js';
import { type DeliveryEntry, OUTBOX_LIMITS, Outbox } from './outbox.js';
import type { Outcome } from './outcome.js';

const log = pino({ level: 'silent' });
const failed = (change: Partial<Extract<Outcome, { ok: false }>> = {}): Outcome => ({
  ok: false,
  retry: true,
  error: 'HTTP 500',
  waitMs: null,
  gone: false,
  ...change,
});

function setup(send: (id: string) => Outcome | Promise<Outcome>, limits = OUTBOX_LIMITS) {
  const clock = { now: 1_000_000 };
  const journal = new MemoryJournal();
  const sent: string[] = [];
  const outbox = new Outbox(
    journal,
    () => async (message) => {
      sent.push(message.id);
      return send(message.id);
    },
    () => clock.now,
    log,
    limits,
  );
  const entry = (id: string, group: string): DeliveryEntry => ({
    id,
    receiver: 'r',
    kind: 'webhook',
    group,
    incident: null,
    why: 'first',
    state: 'queued',
    attempts: 0,
    error: null,
    createdAt: clock.now,
    endedAt: null,
    message: testMessage(id, 'http://x', clock.now),
  });
  const pump = async () => {
    outbox.pump();
    for (let i = 0; i < 50; i++) await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const ended = () =>
    journal
      .entries('delivery')
      .map((e) => `${(e.body as DeliveryEntry).id} ${(e.body as DeliveryEntry).state}`);
  return { clock, journal, outbox, sent, entry, pump, ended };
}

describe('the outbox', () => {
  it('keeps the order of a group and journals each end', async () => {
    const { outbox, sent, entry, pump, ended } = setup(() => ({ ok: true }));
    for (const id of ['a1', 'a2', 'a3']) outbox.take(entry(id, 'a'));
    await pump();
    expect(sent).toEqual(['a1', 'a2', 'a3']);
    expect(ended()).toEqual(['a1 delivered', 'a2 delivered', 'a3 delivered']);
  });

  it('leaves a failing receiver alone for a while, then goes on with the same message', async () => {
    let broken = true;
    const { clock, outbox, sent, entry, pump } = setup(() => (broken ? failed() : { ok: true }));
    outbox.take(entry('a1', 'a'));
    await pump();
    await pump();
    expect(sent).toEqual(['a1']);
    expect(outbox.status('r')).toMatchObject({ health: 'failing', queued: 1, lastError: 'HTTP 500' });
    broken = false;
    clock.now += 2_000;
    await pump();
    expect(sent).toEqual(['a1', 'a1']);
    expect(outbox.status('r')).toMatchObject({ health: 'ok', queued: 0, lastError: null });
  });

  it('survives an hour of 500s with few attempts and loses nothing', async () => {
    const clockEnd = { broken: true };
    const { clock, outbox, sent, entry, pump } = setup(() => (clockEnd.broken ? failed() : { ok: true }));
    for (const group of ['a', 'b', 'c']) outbox.take(entry(group, group));
    for (let second = 0; second < 3_600; second += 10) {
      clock.now += 10_000;
      outbox.pump();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent.length).toBeLessThan(100);
    clockEnd.broken = false;
    clock.now += 120_000;
    await pump();
    expect(outbox.status('r')).toMatchObject({ health: 'ok', queued: 0 });
    expect(new Set(sent)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('lets other groups pass a message that always fails', async () => {
    const { clock, outbox, entry, pump, ended } = setup((id) => (id === 'poison' ? failed() : { ok: true }));
    outbox.take(entry('poison', 'p'));
    outbox.take(entry('fine', 'f'));
    for (let i = 0; i < 4; i++) {
      await pump();
      clock.now += 10_000;
    }
    expect(ended()).toEqual(['fine delivered']);
  });

  it('waits as long as Retry-After says', async () => {
    let first = true;
    const { clock, outbox, sent, entry, pump } = setup(() => {
      if (!first) return { ok: true };
      first = false;
      return failed({ waitMs: 30_000 });
    });
    outbox.take(entry('a', 'a'));
    await pump();
    clock.now += 29_000;
    await pump();
    expect(sent).toHaveLength(1);
    clock.now += 1_000;
    await pump();
    expect(sent).toHaveLength(2);
  });

  it('stops sending after 410 until the configuration changes', async () => {
    const { outbox, sent, entry, pump, ended } = setup(() =>
      failed({ retry: false, gone: true, error: 'HTTP 410' }),
    );
    outbox.take(entry('a', 'a'));
    await pump();
    outbox.take(entry('b', 'b'));
    await pump();
    expect(sent).toEqual(['a']);
    expect(ended()).toEqual(['a failed', 'b failed']);
    expect(outbox.status('r').health).toBe('gone');
    outbox.configure({});
    outbox.take(entry('c', 'c'));
    await pump();
    expect(sent).toEqual(['a', 'c']);
  });

  it('gives up a message that is too old, and says why', async () => {
    const { clock, outbox, entry, pump, journal } = setup(() => failed());
    outbox.take(entry('a', 'a'));
    await pump();
    clock.now += OUTBOX_LIMITS.giveUpAfterMs + 1;
    await pump();
    expect(journal.entries('delivery')[0]!.body).toMatchObject({
      state: 'failed',
      error: 'given up: HTTP 500',
    });
  });

  it('bounds what waits: the oldest goes first, and the API says so', async () => {
    const { outbox, entry, pump, ended } = setup(() => new Promise<Outcome>(() => undefined), {
      ...OUTBOX_LIMITS,
      perReceiver: 10,
      parallel: 1,
    });
    for (let i = 0; i < 15; i++) outbox.take(entry(`m${i}`, `g${i}`));
    await pump();
    expect(outbox.status('r').queued).toBe(10);
    expect(ended().slice(0, 2)).toEqual(['m0 failed', 'm1 failed']);
  });
});
