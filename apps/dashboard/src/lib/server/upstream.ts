import 'server-only';

/** Where the collector's API is and how to log in to it; read here and nowhere else in the dashboard. */
export function upstream(): { base: string; token: string | null } {
  const base = (process.env.LEEWAY_API_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, '');
  return { base, token: process.env.LEEWAY_API_TOKEN || null };
}

/** Request headers for the collector, with the token that a browser never sees. */
export function upstreamHeaders(from: Headers = new Headers()): Headers {
  const headers = new Headers();
  for (const name of FORWARDED) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  const { token } = upstream();
  if (token) headers.set('authorization', `Bearer ${token}`);
  return headers;
}

/** Cookies and hop-by-hop headers stay here: the collector has no use for them. */
const FORWARDED = [
  'accept',
  'content-type',
  'content-length',
  'content-encoding',
  'idempotency-key',
  'if-none-match',
  'last-event-id',
  'x-request-id',
];
