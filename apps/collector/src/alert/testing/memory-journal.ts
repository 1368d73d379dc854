import type { Journal, JournalEntry } from '../ports.js';

/** A journal in memory that keeps entries as text, like the store does; for tests of this room. */
export class MemoryJournal implements Journal {
  readonly lines: string[] = [];
  /** While set, appends fail with this message. */
  failing: string | null = null;

  async append(entries: readonly Omit<JournalEntry, 'seq'>[]): Promise<JournalEntry[]> {
    await Promise.resolve();
    if (this.failing !== null) throw new Error(this.failing);
    return entries.map((entry) => {
      const written = { ...entry, seq: this.lines.length };
      this.lines.push(JSON.stringify(written));
      return written;
    });
  }

  async replay(kinds: readonly string[], page: (entries: readonly JournalEntry[]) => void): Promise<void> {
    const wanted = new Set(kinds);
    const all = this.lines
      .map((line) => JSON.parse(line) as JournalEntry)
      .filter((entry) => wanted.has(entry.kind));
    for (let at = 0; at < all.length; at += 100) page(all.slice(at, at + 100));
  }

  entries(kind: string): JournalEntry[] {
    return this.lines.map((line) => JSON.parse(line) as JournalEntry).filter((entry) => entry.kind === kind);
  }
}
