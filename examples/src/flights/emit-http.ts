import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink } from './sink.js';

const ATTEMPTS = 8;

/**
 * Sends NDJSON to the collector's HTTP API. Every request carries an Idempotency-Key, so that one whose answer got
 * lost can be sent again without being counted twice.
 */
export function httpSink(api: string, run: string): Sink {
  let request = 0;
  const send = async (path: string, batch: readonly object[]): Promise<void> => {
    const body = batch.map((item) => JSON.stringify(item)).join('\n');
    const key = `${run}-${path}-${request++}`;
    for (let attempt = 1; ; attempt++) {
      const pause = await post(`${api}/${path}`, body, key, batch.length).catch((error: Error) => {
        if (attempt === ATTEMPTS || !isTransient(error)) throw error;
        return 250 * 2 ** attempt;
      });
      if (pause === null) return;
      if (attempt === ATTEMPTS) throw new Error(`${path}: the collector asked to wait ${ATTEMPTS} times`);
      await sleep(pause);
    }
  };
  return {
    name: 'HTTP',
    events: (batch) => send('events', batch),
    labels: (batch) => send('labels', batch),
    close: async () => {},
  };
}

/** `fetch` itself failed (connection refused or reset), as opposed to an answer that says no. */
function isTransient(error: Error): boolean {
  return error instanceof TypeError;
}

/** Null when everything was stored, otherwise the milliseconds to wait before trying again. Throws on a refusal. */
async function post(url: string, body: string, key: string, count: number): Promise<number | null> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': key },
    body,
  });
  if (response.status === 429 || response.status === 503) {
    await response.arrayBuffer();
    return 1_000 * Number(response.headers.get('retry-after') ?? 1);
  }
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  const answer = JSON.parse(text) as { accepted: number; rejected: { message: string }[] };
  if (answer.accepted !== count)
    throw new Error(
      `${url} took ${answer.accepted} of ${count} events; the first refusal: ${answer.rejected[0]?.message}`,
    );
  return null;
}
