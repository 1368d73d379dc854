import { describe, expect, it } from 'vitest';
import { type JournalEntry, openJournal } from './journal.js';
import { sql } from './sql.js';
import { withStore } from './testing.js';

const held = withStore();
const AT = Date.parse('2026-03-02T10:00:00.123Z');

async function replayed(kinds: string[]): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  await held.store.journal.replay(kinds, (page) => void all.push(...page));
  return all;
}

describe('the journal', () => {
  it('gives positions in the order of the calls, also for calls made at once', async () => {
    const calls = Array.from({ length: 50 }, (_, i) =>
      held.store.journal.append([
        { at: AT, kind: 'order', model: 'm', body: { i, first: true } },
        { at: AT, kind: 'order', model: 'm', body: { i, first: false } },
      ]),
    );
    const written = (await Promise.all(calls)).flat();
    expect(written.map((entry) => (entry.body as { i: number }).i)).toEqual(
      Array.from({ length: 100 }, (_, n) => Math.floor(n / 2)),
    );
    for (let i = 1; i < written.length; i++) expect(written[i]!.seq).toBe(written[i - 1]!.seq + 1);
    expect(await replayed(['order'])).toEqual(written);
  });

  it('replays only the kinds asked for, and what a later process finds is what this one wrote', async () => {
    await held.store.journal.append([{ at: AT, kind: 'a', model: 'm', body: "quo'te \\ \n ü" }]);
    await held.store.journal.append([{ at: AT, kind: 'b', model: 'm', body: null }]);
    expect((await replayed(['a'])).map((entry) => entry.body)).toEqual(["quo'te \\ \n ü"]);
    const again = await openJournal(held.store.lanes.journal, false);
    const [next] = await again.append([{ at: AT, kind: 'c', model: 'm', body: 1 }]);
    const last = await replayed(['a', 'b']);
    expect(next!.seq).toBe(last[last.length - 1]!.seq + 1);
  });

  it('tells the newest of a kind, counts, and replays behind a position', async () => {
    const { journal } = held.store;
    expect(await journal.newest('nothing')).toBeNull();
    const written = await journal.append(
      [1, 2, 3, 4].map((body) => ({ at: AT, kind: body % 2 ? 'odd' : 'even', model: 'm', body })),
    );
    await journal.append([{ at: AT, kind: 'between', model: 'm', body: null }]);
    expect(await journal.newest('odd')).toEqual(written[2]);
    const [first, , , last] = written.map((entry) => entry.seq) as [number, number, number, number];
    expect(await journal.count(['odd', 'even'], first, last)).toBe(3);
    expect(await journal.count(['odd'], first - 1, last)).toBe(2);
    const behind: unknown[] = [];
    await journal.replay(['odd', 'even'], (page) => behind.push(...page.map((e) => e.body)), first);
    expect(behind).toEqual([2, 3, 4]);
  });

  it('keeps every entry of two writers that want the same positions', async () => {
    const one = await openJournal(held.store.lanes.journal, true);
    const two = await openJournal(held.store.lanes.background, true);
    const work: Promise<JournalEntry[]>[] = [];
    for (let i = 0; i < 20; i++) {
      work.push(one.append([{ at: AT, kind: 'two', model: 'one', body: i }]));
      work.push(
        two.append([
          { at: AT, kind: 'two', model: 'two', body: i },
          { at: AT, kind: 'two', model: 'two', body: i },
        ]),
      );
      if (i % 5 === 0) await Promise.all(work);
    }
    const written = (await Promise.all(work)).flat();
    const stored = await replayed(['two']);
    expect(stored).toHaveLength(60);
    expect(new Set(stored.map((entry) => entry.seq)).size).toBe(60);
    expect(new Set(written.map((entry) => `${entry.seq} ${entry.model}`))).toEqual(
      new Set(stored.map((entry) => `${entry.seq} ${entry.model}`)),
    );
    for (const model of ['one', 'two']) {
      const bodies = stored.filter((entry) => entry.model === model).map((entry) => entry.body as number);
      expect(bodies).toEqual([...bodies].sort((a, b) => a - b));
    }
  });

  it('is written to the disk before it is acknowledged', async () => {
    const rows = await held.store.lanes.read.rows<{ text: string }>(
      sql`SELECT create_table_query AS text FROM system.tables WHERE database = currentDatabase() AND name IN ('journal', 'baselines', 'features')`,
    );
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row.text).toMatch(/fsync_after_insert = 1/);
  });
});
