import type { Journal, JournalEntry } from '../ports.js';

/** A journal in memory that keeps entries as text, like the store does; for tests of this room. */
export class MemoryJournal implements Journal {
  readonly lines: string[] = [];
  /** Entries that were read back so far. */
  replayed = 0;
  /** While set, appends fail with this message. */
  failing: string | null = null;
  /** Asked before entries are taken, and waited for, so that a test can do something in between. */
  before: (entries: readonly Omit<JournalEntry, 'seq'>[]) => unknown = () => undefined;

  async append(entries: readonly Omit<JournalEntry, 'seq'>[]): Promise<JournalEntry[]> {
    await this.before(entries);
    if (this.failing !== null) throw new Error(this.failing);
    return entries.map((entry) => {
      const written = { ...entry, seq: this.lines.length + 1 };
      this.lines.push(JSON.stringify(written));
      return written;
    });
  }

  async replay(
    kinds: readonly string[],
    page: (entries: readonly JournalEntry[]) => void,
    after = 0,
  ): Promise<void> {
    const wanted = new Set(kinds);
    const all = this.#read().filter((entry) => wanted.has(entry.kind) && entry.seq > after);
    this.replayed += all.length;
    for (let at = 0; at < all.length; at += 100) page(all.slice(at, at + 100));
  }

  async newest(kind: string): Promise<JournalEntry | null> {
    return this.entries(kind).at(-1) ?? null;
  }

  async count(kinds: readonly string[], after: number, upTo: number): Promise<number> {
    return this.#read().filter((e) => kinds.includes(e.kind) && e.seq > after && e.seq <= upTo).length;
  }

  entries(kind: string): JournalEntry[] {
    return this.#read().filter((entry) => entry.kind === kind);
  }

  #read(): JournalEntry[] {
    return this.lines.map((line) => JSON.parse(line) as JournalEntry);
  }
}
