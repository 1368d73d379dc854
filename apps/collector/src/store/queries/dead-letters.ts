import type { DeadLetter, DeadLetterList } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { moment, raw, sql } from '../sql.js';

/** Which dead letters: serve's `DeadLetterQuery`. */
export interface DeadLetterQuery {
  limit: number;
  cursor?: string;
  code?: string;
  stage?: string;
  source?: string;
}

/** Base64 characters of a payload that a list shows: 12 KiB of bytes. */
const SHOWN = 16_384;

type Row = Omit<DeadLetter, 'at'> & { at_ms: number };

/** `payload` is base64 text in the table as well. */
function columns(shown: number) {
  const payload = shown > 0 ? `substring(payload, 1, ${shown})` : 'payload';
  return raw(`id, toUnixTimestamp64Milli(at) AS at_ms, source, partition, toString(offset) AS offset, stage, code, message,
    intDiv(length(d.payload), 4) * 3 - (endsWith(d.payload, '=') ? 1 : 0) - (endsWith(d.payload, '==') ? 1 : 0) AS bytes,
    ${payload.replace('payload', 'd.payload')} AS payload`);
}

function toLetter({ at_ms, ...rest }: Row): DeadLetter {
  return { ...rest, at: new Date(at_ms).toISOString() };
}

function cursorOf(letter: DeadLetter): string {
  return Buffer.from(JSON.stringify([Date.parse(letter.at), letter.id])).toString('base64url');
}

function behind(cursor: string) {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parsed = null;
  }
  if (!Array.isArray(parsed) || typeof parsed[0] !== 'number' || typeof parsed[1] !== 'string') return sql`0`;
  const at = moment(parsed[0]);
  return sql`(at < ${at} OR (at = ${at} AND id > ${parsed[1]}))`;
}

/** Dead letters kept in the store, newest first, their bytes cut to what a list shows. */
export async function deadLetters(lane: Lane, query: DeadLetterQuery): Promise<DeadLetterList> {
  const { code, stage, source, cursor, limit } = query;
  const where = sql`1 ${code === undefined ? sql`` : sql`AND code = ${code}`}
    ${stage === undefined ? sql`` : sql`AND stage = ${stage}`}
    ${source === undefined ? sql`` : sql`AND (source = ${source} OR startsWith(source, ${`${source}:`}))`}`;
  // Ids first: payloads of a megabyte are read for what is shown only.
  const rows = await lane.rows<Row>(
    sql`SELECT ${columns(SHOWN)} FROM dead_letters AS d FINAL WHERE id IN (
          SELECT id FROM dead_letters FINAL WHERE ${where} ${cursor === undefined ? sql`` : sql`AND ${behind(cursor)}`}
          ORDER BY at DESC, id LIMIT ${limit + 1})
        ORDER BY at_ms DESC, id`,
  );
  const total = await lane.rows<{ n: number }>(
    sql`SELECT count() AS n FROM dead_letters FINAL WHERE ${where}`,
  );
  const page = rows.slice(0, limit).map(toLetter);
  const last = page.at(-1);
  return {
    dead_letters: page,
    total: total[0]?.n ?? 0,
    next: rows.length > limit && last ? cursorOf(last) : null,
  };
}

/** One dead letter with all its bytes; null when there is none of this id. */
export async function deadLetter(lane: Lane, id: string): Promise<DeadLetter | null> {
  const [row] = await lane.rows<Row>(
    sql`SELECT ${columns(0)} FROM dead_letters AS d FINAL WHERE id = ${id} LIMIT 1`,
  );
  return row ? toLetter(row) : null;
}
