import type { Readable } from 'node:stream';
import { parseError } from '@clickhouse/client';

/** The last bytes of an answer that are looked at: a failure stands at its end. */
const LOOKED_AT = 65_536;
/** `Code: 241. DB::Exception: …`, and for what is no error of its own `Poco::Exception. Code: 1000, …`. */
const FAILURE = /Code: \d+\. DB::\w*Exception|(?:Poco|std)::\w*exception\. Code: \d+/i;

/**
 * Reads an answer to its end, as text of its last part. A server that has begun to answer (it sends its progress in
 * headers) has said `200` already: when the statement fails then, this is the only place that tells.
 */
async function endOf(answer: Readable): Promise<string> {
  let end = Buffer.alloc(0);
  for await (const piece of answer)
    end = Buffer.concat([end, Buffer.from(piece as Uint8Array)]).subarray(-LOOKED_AT);
  return end.toString('utf8');
}

/** Reads the answer to a statement; throws the failure that it tells of, or the connection's. */
export async function afterStatement(answer: Readable): Promise<void> {
  const text = await endOf(answer);
  if (FAILURE.test(text)) throw parseError(text);
}

/** The same for an insert, to which a server that took it answers nothing. */
export async function afterInsert(answer: Readable): Promise<void> {
  const text = (await endOf(answer)).trim();
  if (text !== '') throw parseError(FAILURE.test(text) ? text : `an insert was answered with: ${text}`);
}

/** Throws where the rows of an answer end in the failure of their query. */
export function afterRows(rows: readonly unknown[]): void {
  const last = rows.at(-1);
  if (typeof last !== 'object' || last === null || !('exception' in last)) return;
  const text = String(last.exception);
  if (Object.keys(last).length === 1 && FAILURE.test(text)) throw parseError(text);
}
