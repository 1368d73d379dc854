import 'server-only';
import type { Fetcher } from '../api';
import { upstream, upstreamHeaders } from './upstream';

/**
 * The longest a page waits for data before it is sent without: then the browser shows the frame at once and
 * fetches for itself. Milliseconds.
 */
const FIRST_PAINT_BUDGET_MS = 1_200;

/** The server's way to the API: straight to the collector, bounded in time. */
export const serverFetch: Fetcher = (path, init) =>
  fetch(`${upstream().base}${path}`, {
    ...init,
    headers: upstreamHeaders(new Headers(init.headers)),
    signal: init.signal
      ? AbortSignal.any([init.signal, AbortSignal.timeout(FIRST_PAINT_BUDGET_MS)])
      : AbortSignal.timeout(FIRST_PAINT_BUDGET_MS),
    cache: 'no-store',
  });
