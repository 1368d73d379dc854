import { AddressRefused } from './address.js';
import type { HttpAnswer } from './http.js';

/** What became of one attempt. `wait` is what the receiver asked for in ms; `gone` = don't come back. */
export type Outcome =
  | { ok: true }
  | { ok: false; retry: boolean; error: string; waitMs: number | null; gone: boolean };

/** Longest Retry-After that is honoured. */
const LONGEST_WAIT_MS = 3_600_000;

/** Reads an HTTP answer: 2xx is delivered; 408, 429 and 5xx come again; anything else won't get better by itself. */
export function outcomeOf(answer: HttpAnswer, now: number): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return { ok: true };
  const retry = status === 408 || status === 425 || status === 429 || status >= 500;
  const said = answer.body.trim().slice(0, 200);
  return {
    ok: false,
    retry,
    gone: status === 410,
    error: said ? `HTTP ${status}: ${said}` : `HTTP ${status}`,
    waitMs: retry ? retryAfterMs(answer.retryAfter, now) : null,
  };
}

/** Reads a failure without an answer: the network's come again, a refused address doesn't. */
export function failureOf(error: unknown): Outcome {
  const cause = error instanceof Error ? error : new Error(String(error));
  const { code } = cause as { code?: unknown };
  if (cause.name === 'TimeoutError') return retry('no answer in time (`delivery.timeout`)');
  const named = typeof code === 'string' && !cause.message.includes(code) ? [code] : [];
  const text = [...named, ...(cause.message ? [cause.message] : [])].join(': ') || 'failed';
  return error instanceof AddressRefused ? { ...retry(text), retry: false } : retry(text);
}

const retry = (error: string) => ({ ok: false, retry: true, error, waitMs: null, gone: false }) as const;

/** Retry-After as ms: seconds or an HTTP date; null when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : null;
}

/** Wait before attempt `attempt + 1`: doubling from one second up to `maxMs`, with ± 20 % of `random` (0..1). */
export function backoffMs(attempt: number, maxMs: number, random: number): number {
  return Math.min(maxMs, 1_000 * 2 ** Math.min(20, attempt - 1)) * (0.8 + 0.4 * random);
}
