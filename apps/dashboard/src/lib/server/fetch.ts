import 'server-only';
import type { Fetcher } from '../api';
import { upstream, upstreamHeaders } from './upstream';

/** The longest that data for a page is waited for, ms; then the browser asks for itself and shows what is wrong. */
const LIMIT_MS = 15_000;

/** The server's way to the API: straight to the collector, bounded in time. */
export const serverFetch: Fetcher = (path, init) =>
  fetch(`${upstream().base}${path}`, {
    ...init,
    headers: upstreamHeaders(new Headers(init.headers)),
    signal: init.signal
      ? AbortSignal.any([init.signal, AbortSignal.timeout(LIMIT_MS)])
      : AbortSignal.timeout(LIMIT_MS),
    cache: 'no-store',
  });
