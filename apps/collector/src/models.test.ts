import { DEFAULT_SETTINGS } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from './alert/ports.js';
import { openModelBook } from './models.js';

function memoryJournal() {
  const entries: JournalEntry[] = [];
  return {
    entries,
    append: async (list: readonly Omit<JournalEntry, 'seq'>[]) => {
      const written = list.map((entry, i) => ({ ...entry, seq: entries.length + i + 1 }));
      entries.push(...written);
      return written;
    },
    replay: async (kinds: readonly string[], page: (list: readonly JournalEntry[]) => void) =>
      page(entries.filter((entry) => kinds.includes(entry.kind))),
  };
}

function open(journal = memoryJournal(), stored: string[] = []) {
  const changed: string[] = [];
  const overflow: string[] = [];
  const mended: unknown[] = [];
  const book = openModelBook({
    journal,
    stored: async () => stored,
    now: () => 0,
    changed: (model) => changed.push(model),
    overflow: (model) => overflow.push(model),
    mended: (model, fields) => mended.push([model, fields]),
  });
  return { book, journal, changed, overflow, mended };
}

describe('the model book', () => {
  it('lists models with events, with settings, and those that just came', async () => {
    const book = await open(undefined, ['b']).book;
    book.note('c');
    await book.saveSettings('a', { bins: 12 }, 'me');
    expect(book.list()).toEqual(['a', 'b', 'c']);
  });

  it('keeps changed settings over a restart, and who changed them', async () => {
    const { book, journal, changed } = open();
    await (await book).saveSettings('m', { window_ms: 600_000 }, 'ann');
    await (await book).saveSettings('m', { step_ms: 60_000 }, 'bob');
    const again = await open(journal).book;
    expect(again.settings('m')).toEqual({ ...DEFAULT_SETTINGS, window_ms: 600_000, step_ms: 60_000 });
    expect(again.settings('other')).toEqual(DEFAULT_SETTINGS);
    expect(journal.entries.map(({ body }) => (body as { author: string }).author)).toEqual(['ann', 'bob']);
    expect(changed).toEqual(['m', 'm']);
  });

  it('takes over what another collector changed', async () => {
    const { book, journal, changed } = open();
    const other = await open(journal, ['new']).book;
    await other.saveSettings('m', { bins: 15 }, 'ann');
    await (await book).refresh();
    expect((await book).settings('m').bins).toBe(15);
    expect(changed).toEqual(['m']);
    await (await book).refresh();
    expect(changed).toEqual(['m']);
  });

  it('fills in what settings of an older version lack', async () => {
    const journal = memoryJournal();
    await journal.append([{ at: 0, kind: 'settings', model: 'm', body: { settings: { bins: 20 } } }]);
    expect((await open(journal).book).settings('m')).toEqual({ ...DEFAULT_SETTINGS, bins: 20 });
  });

  it('moves stored settings that are out of range to the nearest that is in it, and says so', async () => {
    const journal = memoryJournal();
    const settings = {
      ...DEFAULT_SETTINGS,
      bins: 20,
      moderate: 1e-10,
      significant: 1e-10,
      false_alerts_per_day: 1e-300,
      segment_tags: 'country',
    };
    await journal.append([{ at: 0, kind: 'settings', model: 'm', body: { settings } }]);
    await journal.append([{ at: 0, kind: 'settings', model: 'n', body: null }]);
    const { book, mended } = open(journal);
    expect((await book).settings('m')).toEqual({
      ...DEFAULT_SETTINGS,
      bins: 20,
      moderate: 0.001,
      significant: 0.001,
      false_alerts_per_day: 0.0001,
    });
    expect(mended).toEqual([['m', ['moderate', 'significant', 'false_alerts_per_day', 'segment_tags']]]);
    expect((await book).settings('n')).toEqual(DEFAULT_SETTINGS);
  });

  it('refuses new settings that are out of range', async () => {
    const book = await open().book;
    await expect(book.saveSettings('m', { moderate: 1e-10 }, 'me')).rejects.toThrow('moderate');
  });

  it('stays bounded and says so once', async () => {
    const { book, overflow } = open();
    for (let i = 0; i < 10_005; i++) (await book).note(`m${i}`);
    expect((await book).list()).toHaveLength(10_000);
    expect(overflow).toEqual(['m10000']);
  });
});
