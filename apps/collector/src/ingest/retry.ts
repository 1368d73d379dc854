import type { StoreFailure } from './ports.js';

/** Whether a failed write may succeed later as it is. */
export function mayRetry(error: unknown): boolean {
  return error instanceof Error && (error as Partial<StoreFailure>).retry === true;
}

/** Milliseconds to wait before attempt `n` (0 = first retry): 200 ms doubling to 5 s. */
export function retryDelay(n: number): number {
  return Math.min(5_000, 200 * 2 ** Math.min(n, 10));
}

/** Resolves after `ms`, or at once when the signal aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}

const breathing: (() => void)[] = [];

function serveNext(): void {
  breathing.shift()?.();
  if (breathing.length > 0) setImmediate(serveNext);
}

/**
 * Lets the event loop serve others. Who asks at the same time goes on one a turn of the loop: eight partitions that
 * work in slices of a few milliseconds each would else hold it eight times as long.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    breathing.push(resolve);
    if (breathing.length === 1) setImmediate(serveNext);
  });
}
