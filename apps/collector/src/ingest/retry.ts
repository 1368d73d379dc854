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

/** Lets the event loop serve others. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
