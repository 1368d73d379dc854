// Waiting for a server of ours to answer.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves when `url` answers with success. Rejects after `withinMs`, or as soon as `gaveUp()` returns a reason
 * (the process behind it ended).
 */
export async function untilReady(url, withinMs, gaveUp = () => null) {
  const until = Date.now() + withinMs;
  let last = 'no answer yet';
  while (Date.now() < until) {
    const reason = gaveUp();
    if (reason) throw new Error(reason);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      const text = await response.text();
      if (response.ok) return;
      last = `${response.status} ${text.slice(0, 300)}`;
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    await sleep(150);
  }
  throw new Error(`${url} was not ready within ${withinMs / 1_000} s: ${last}`);
}
