import { randomUUID } from 'node:crypto';
import { StoreError } from './engine/errors.js';
import type { Lane } from './engine/lane.js';
import { momentText, sql } from './sql.js';

/** One thing that happened; alert's `JournalEntry`. */
export interface JournalEntry {
  seq: number;
  at: number;
  kind: string;
  model: string;
  body: unknown;
}
type NewEntry = Omit<JournalEntry, 'seq'>;

const PAGE = 2_000;
/** Entries written by one insert at most. */
const GROUP = 5_000;
/** Times that another collector may be faster before an append gives up. */
const ATTEMPTS = 50;

interface Waiting {
  entries: readonly NewEntry[];
  resolve(written: JournalEntry[]): void;
  reject(error: unknown): void;
}

/**
 * The append-only journal. Appends keep the order of the calls and are on the disk when they resolve; what is asked
 * while an insert runs goes into the next one together.
 *
 * Positions are given without a lock: an insert carries the token `journal/<first position>`, so of two collectors
 * that want the same position the database keeps one, and the other reads, sees a stranger there, and goes on behind
 * it. `shared` turns that check on; a process that has the data for itself needs none.
 */
export async function openJournal(lane: Lane, shared: boolean) {
  let next = (await lastPosition()) + 1;
  const waiting: Waiting[] = [];
  let draining = false;

  async function lastPosition(): Promise<number> {
    const rows = await lane.rows<{ seq: number }>(sql`SELECT max(seq) AS seq FROM journal`);
    return rows[0]?.seq ?? 0;
  }

  async function insert(entries: readonly NewEntry[]): Promise<JournalEntry[]> {
    const writer = randomUUID();
    let emptyHanded = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const written = entries.map((entry, i) => ({ ...entry, seq: next + i }));
      const lines = written.map((entry) =>
        JSON.stringify({
          seq: entry.seq,
          at: momentText(entry.at),
          kind: entry.kind,
          model: entry.model,
          writer,
          body: JSON.stringify(entry.body ?? null),
        }),
      );
      await lane.insert({
        table: 'journal',
        columns: ['seq', 'at', 'kind', 'model', 'writer', 'body'],
        format: 'JSONEachRow',
        body: [Buffer.from(`${lines.join('\n')}\n`)],
        // A place that stayed empty gets another token: the log may know one whose rows never appeared.
        settings: { insert_deduplication_token: `journal/${next}/${shared ? emptyHanded : writer}` },
      });
      if (!shared || (await ownerOf(next)) === writer) {
        next += entries.length;
        return written;
      }
      const free = (await lastPosition()) + 1;
      emptyHanded = free === next ? emptyHanded + 1 : 0;
      next = free;
    }
    throw new StoreError('The journal could not find a free position: too many writers', 'unavailable', true);
  }

  async function ownerOf(seq: number): Promise<string | null> {
    const rows = await lane.rows<{ writer: string }>(
      sql`SELECT writer FROM journal WHERE seq = ${seq} ORDER BY writer LIMIT 2`,
    );
    return rows.length === 1 ? rows[0]!.writer : null;
  }

  async function drain(): Promise<void> {
    draining = true;
    while (waiting.length > 0) {
      const group: Waiting[] = [];
      let size = 0;
      while (waiting.length > 0 && (group.length === 0 || size + waiting[0]!.entries.length <= GROUP)) {
        const one = waiting.shift()!;
        group.push(one);
        size += one.entries.length;
      }
      try {
        const written = await insert(group.flatMap((one) => one.entries));
        let from = 0;
        for (const one of group) {
          one.resolve(written.slice(from, from + one.entries.length));
          from += one.entries.length;
        }
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    draining = false;
  }

  return {
    append(entries: readonly NewEntry[]): Promise<JournalEntry[]> {
      if (entries.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        waiting.push({ entries, resolve, reject });
        if (!draining) void drain();
      });
    },

    async replay(
      kinds: readonly string[],
      page: (entries: readonly JournalEntry[]) => void,
      from = 0,
    ): Promise<void> {
      let after = from;
      for (;;) {
        const rows = await lane.rows<{ seq: number; at: number; kind: string; model: string; body: string }>(
          sql`SELECT seq, toUnixTimestamp64Milli(at) AS at, kind, model, body FROM journal
              WHERE seq > ${after} AND kind IN ${kinds} ORDER BY seq LIMIT ${PAGE}`,
        );
        if (rows.length > 0) page(rows.map((row) => ({ ...row, body: JSON.parse(row.body) as unknown })));
        if (rows.length < PAGE) return;
        after = rows[rows.length - 1]!.seq;
      }
    },

    async newest(kind: string): Promise<JournalEntry | null> {
      const [row] = await lane.rows<{ seq: number; at: number; kind: string; model: string; body: string }>(
        sql`SELECT seq, toUnixTimestamp64Milli(at) AS at, kind, model, body FROM journal
            WHERE seq = (SELECT max(seq) FROM journal WHERE kind = ${kind}) AND kind = ${kind} LIMIT 1`,
      );
      return row ? { ...row, body: JSON.parse(row.body) as unknown } : null;
    },

    async count(kinds: readonly string[], after: number, upTo: number): Promise<number> {
      const rows = await lane.rows<{ n: number }>(
        sql`SELECT count() AS n FROM journal WHERE seq > ${after} AND seq <= ${upTo} AND kind IN ${kinds}`,
      );
      return rows[0]?.n ?? 0;
    },
  };
}
export type StoredJournal = Awaited<ReturnType<typeof openJournal>>;
