import { describe, expect, it } from 'vitest';
import { Contexts } from '../batch/contexts.js';
import { BATCH_LIMITS } from '../batch/settings.js';
import type { IngestDeps } from '../deps.js';
import { FastLane } from '../fast-lane.js';
import { createDecode } from '../formats/decode.js';
import { PAIR_LIMITS, PairBook } from '../formats/pair-book.js';
import { depsOf, memoryRegistry } from '../testing.js';
import type { Message } from './batch.js';
import { PartitionIntake } from './partition.js';
import type { WriteOutcome } from './partition-port.js';

const silence = () => {};

/** An intake whose store is a list of what was written, whose new features may be refused, and whose group may rebalance. */
function opened(options: { rowsAtMost?: number; maxAgeMs?: number; clock?: () => number } = {}) {
  const state = {
    storeIdle: false,
    appendFails: null as Error | null,
    pauseFails: null as Error | null,
    outcome: 'stored' as WriteOutcome,
    /** How long the broker takes for a commit: until this resolves. */
    commitDone: Promise.resolve(),
  };
  const registry = memoryRegistry();
  const append = registry.append.bind(registry);
  registry.append = async (model, features) => {
    if (state.appendFails) throw state.appendFails;
    return append(model, features);
  };
  const deps = depsOf({ registry, store: {} as IngestDeps['store'], clock: options.clock ?? Date.now });
  const limits = { ...BATCH_LIMITS, rows: options.rowsAtMost ?? BATCH_LIMITS.rows };
  const written: { first: number; last: number; rows: number }[] = [];
  const seeks: number[] = [];
  /** What the broker knows of the partition, commit by commit, in the order in which they are done. */
  const committed: { offset: number; first?: number; last?: number }[] = [];
  const intake = new PartitionIntake(
    deps,
    new Contexts(registry, limits.models),
    new FastLane(),
    {
      topic: 't',
      partition: 0,
      limits,
      times: { maxFutureMs: 300_000, maxAgeMs: 30 * 86_400_000 },
      reading: { decode: createDecode(null), pairs: new PairBook({ ...PAIR_LIMITS, expired: silence }) },
      maxAgeMs: options.maxAgeMs ?? 0,
    },
    {
      async commit(offset, metadata) {
        const { first, last } = JSON.parse(metadata) as { first?: number; last?: number };
        await state.commitDone;
        committed.push({ offset, first, last });
      },
      seek: (offset) => void seeks.push(offset),
      async write(batch) {
        const { outcome } = state;
        if (outcome === 'stored')
          written.push({ first: batch.range.first, last: batch.range.last, rows: batch.builder.eventRows });
        return outcome;
      },
      heartbeat: async () => {},
      async pause() {
        if (state.pauseFails) throw state.pauseFails;
      },
      resume: silence,
      storeIdle: () => state.storeIdle,
    },
    { offset: 0, note: { era: 0, range: null, auditUntil: -1, since: null } },
  );
  return { state, intake, written, seeks, committed };
}

const event = (id: string, features: object) => ({ model: 'm', version: '1', id, ts: Date.now(), features });
const message = (offset: number, ...events: object[]): Message => ({
  offset,
  value: Buffer.from(JSON.stringify(events.length === 1 ? events[0] : events)),
  timestamp: Date.now(),
  headers: {},
});
const away = () => Object.assign(new Error('the store is away'), { retry: true });

describe('a message of which a part can’t be added for now', () => {
  const half = message(1, event('one', { a: 1 }), event('two', { fresh: 1 }));

  it('is never written in part when the group rebalances meanwhile', async () => {
    const { state, intake, written, seeks } = opened();
    await intake.take([message(0, event('zero', { a: 1 }))]);
    state.appendFails = away();
    state.pauseFails = Object.assign(new Error('rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
    await expect(intake.take([half])).rejects.toThrow('rebalancing');
    await intake.tick(true);
    expect(written).toEqual([]);
    // The next generation begins at the committed position; a seek of this one would lead it astray.
    expect(seeks).toEqual([]);
  });

  it('is read again whole, with all that was collected, after any other end of the wait', async () => {
    const { state, intake, written, seeks } = opened();
    await intake.take([message(0, event('zero', { a: 1 }))]);
    state.appendFails = away();
    state.pauseFails = new Error('stopping');
    await expect(intake.take([half])).rejects.toThrow('stopping');
    await intake.tick(true);
    expect([written, seeks]).toEqual([[], [0]]);
    state.appendFails = null;
    await intake.take([message(0, event('zero', { a: 1 })), half]);
    await intake.tick(true);
    await intake.written();
    expect(written).toEqual([{ first: 0, last: 1, rows: 3 }]);
  });
});

describe('the search for a record that the store refuses', () => {
  it('comes back to large batches behind it', async () => {
    const { state, intake, written, seeks } = opened({ rowsAtMost: 64 });
    const all = Array.from({ length: 64 }, (_, i) => message(i, event(`e${i}`, { a: i })));
    state.outcome = 'refused';
    await intake.take(all);
    await intake.written();
    // Halved once: the next batch is of 32.
    expect(seeks).toEqual([0]);
    state.outcome = 'stored';
    await intake.take([
      ...all,
      ...Array.from({ length: 192 }, (_, i) => message(64 + i, event(`f${i}`, { a: i }))),
    ]);
    await intake.written();
    expect(written.map(({ rows }) => rows).slice(0, 3)).toEqual([32, 64, 64]);
  });
});

describe('an open batch', () => {
  it('is written in part while the store has nothing to do', async () => {
    const { state, intake, written } = opened({ rowsAtMost: 10 });
    const events = (from: number) =>
      Array.from({ length: 3 }, (_, i) => message(from + i, event(`e${from + i}`, { a: i })));
    await intake.take(events(0));
    expect(written).toEqual([]);
    state.storeIdle = true;
    await intake.take(events(3).slice(0, 1));
    state.storeIdle = false;
    await intake.take(events(4));
    await intake.written();
    expect(written).toEqual([{ first: 0, last: 3, rows: 4 }]);
  });

  it('is written when it is old, and later where whole batches wait in Kafka', async () => {
    let now = 1_000_000;
    const { intake, written } = opened({ rowsAtMost: 3, maxAgeMs: 1_000, clock: () => now });
    const oldEnough = async (offset: number) => {
      await intake.take([message(offset, { ...event(String(offset), { a: 1 }), ts: now })]);
      const began = now;
      const before = written.length;
      while (written.length === before) {
        now += 100;
        await intake.tick();
        await intake.written();
      }
      return now - began;
    };
    expect(await oldEnough(0)).toBe(1_000);
    intake.highWatermark = 3;
    expect(await oldEnough(1)).toBe(1_000);
    intake.highWatermark = 100;
    expect(await oldEnough(2)).toBe(5_000);
  });
});

describe('messages that come while a position is being committed', () => {
  const run = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => message(from + i, event(`e${from + i}`, { a: i })));

  /** Lets the commits that are asked for from now on wait until the returned function is called. */
  function slow(state: { commitDone: Promise<void> }): () => void {
    let done = () => {};
    state.commitDone = new Promise<void>((resolve) => {
      done = resolve;
    });
    return () => {
      state.commitDone = Promise.resolve();
      done();
    };
  }

  /** Messages 0 and 1 are being announced when `more` come; then everything is written. */
  async function announcedWhile({ state, intake }: ReturnType<typeof opened>, more: readonly Message[]) {
    await intake.take(run(0, 2));
    const done = slow(state);
    const ticking = intake.tick(true);
    const taking = intake.take(more);
    await new Promise((resolve) => setTimeout(resolve, 20));
    done();
    await Promise.all([ticking, taking]);
    await intake.written();
    await intake.tick(true);
    await intake.written();
  }

  it('are in no range that was announced without them', async () => {
    const all = opened();
    const { written, committed } = all;
    await announcedWhile(all, run(2, 4));
    expect(written).toEqual([
      { first: 0, last: 1, rows: 2 },
      { first: 2, last: 3, rows: 2 },
    ]);
    expect(committed.map(({ first, last }) => [first, last])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('are written once each, also where they fill the batch', async () => {
    const all = opened({ rowsAtMost: 3 });
    const { written } = all;
    await announcedWhile(all, run(2, 9));
    let next = 0;
    for (const { first, last, rows } of written) {
      expect([first, rows]).toEqual([next, last - first + 1]);
      next = last + 1;
    }
    expect(next).toBe(9);
  });

  it('are announced after the commit that passes the range before them', async () => {
    const { state, intake, committed } = opened({ rowsAtMost: 2 });
    await intake.take(run(0, 2));
    await intake.written();
    const done = slow(state);
    const ticking = intake.tick();
    // Its own commit would be quick.
    state.commitDone = Promise.resolve();
    const taking = intake.take(run(2, 4));
    await new Promise((resolve) => setTimeout(resolve, 20));
    done();
    await Promise.all([ticking, taking]);
    await intake.written();
    expect(committed.map(({ offset, first }) => [offset, first])).toEqual([
      [0, 0],
      [2, undefined],
      [2, 2],
    ]);
  });
});
