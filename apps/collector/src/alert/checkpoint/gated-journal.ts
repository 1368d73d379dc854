import type { Journal, JournalEntry } from '../ports.js';

type NewEntry = Omit<JournalEntry, 'seq'>;

/**
 * The journal with a gate: a checkpoint has to see the state exactly as of one position, and an entry that is written
 * and not yet in memory would be lost between the two. While the gate is closed, appends wait.
 */
export class GatedJournal implements Journal {
  #flying = 0;
  #idle: (() => void) | null = null;
  #gate: Promise<void> | null = null;
  /** Position of the newest entry that was written or replayed here. */
  position = 0;
  /** Entries written or replayed here since the last checkpoint. */
  since = 0;
  /** Why the last append failed, null when it didn't. */
  failure: string | null = null;

  constructor(private readonly journal: Journal) {}

  async append(entries: readonly NewEntry[]): Promise<JournalEntry[]> {
    if (entries.length === 0) return [];
    while (this.#gate) await this.#gate;
    this.#flying += 1;
    try {
      const written = await this.journal.append(entries);
      this.failure = null;
      this.saw(written.at(-1)?.seq ?? 0, written.length);
      return written;
    } catch (error) {
      this.failure = 'the journal can’t be written';
      throw error;
    } finally {
      this.#flying -= 1;
      if (this.#flying === 0) this.#idle?.();
    }
  }

  replay(
    kinds: readonly string[],
    page: (entries: readonly JournalEntry[]) => void,
    after?: number,
  ): Promise<void> {
    return this.journal.replay(kinds, page, after);
  }
  newest(kind: string): Promise<JournalEntry | null> {
    return this.journal.newest(kind);
  }
  count(kinds: readonly string[], after: number, upTo: number): Promise<number> {
    return this.journal.count(kinds, after, upTo);
  }

  /** Counts entries that are known here now. */
  saw(position: number, count: number): void {
    this.position = Math.max(this.position, position);
    this.since += count;
  }

  /** Runs `look` at a moment when everything that is written is also in memory; it must not wait for anything. */
  async still<T>(look: () => T): Promise<T> {
    while (this.#gate) await this.#gate;
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    try {
      if (this.#flying > 0)
        await new Promise<void>((resolve) => {
          this.#idle = resolve;
        });
      // Whoever waited for an append takes it into memory as soon as it resolves, which is over by then.
      await new Promise((resolve) => setImmediate(resolve));
      return look();
    } finally {
      this.#idle = null;
      this.#gate = null;
      open();
    }
  }
}
