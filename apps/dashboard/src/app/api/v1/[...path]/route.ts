import type { Problem } from '@leeway/contract';
import { crossSite } from '../../../../lib/same-site';
import { upstream, upstreamHeaders } from '../../../../lib/server/upstream';

export const dynamic = 'force-dynamic';

/** Response headers worth passing on; the rest describe the connection to the collector, not to the browser. */
const RETURNED = [
  'content-type',
  'content-disposition',
  'cache-control',
  'etag',
  'location',
  'retry-after',
  'x-request-id',
];

/**
 * Passes a request to the collector and its answer back, both as streams: live events arrive as they happen and
 * an upload never sits in memory. The path is taken from the URL as it was written, so that an encoded slash
 * inside a name stays encoded.
 */
async function forward(request: Request): Promise<Response> {
  const refused = crossSite(request.method, request.headers);
  if (refused) return problem(403, 'cross_site', 'Request refused', refused);
  const url = new URL(request.url);
  const { base } = upstream();
  const init: RequestInit & { duplex?: 'half' } = {
    method: request.method,
    headers: upstreamHeaders(request.headers),
    signal: request.signal,
    redirect: 'manual',
    cache: 'no-store',
  };
  if (request.body && request.method !== 'GET' && request.method !== 'HEAD') {
    init.body = request.body;
    init.duplex = 'half';
  }
  let answer: Response;
  try {
    answer = await fetch(`${base}${url.pathname}${url.search}`, init);
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    return problem(
      502,
      'api_unreachable',
      "The collector can't be reached",
      `Nothing answers at ${base} (${reason(error)}). Start the collector, or set LEEWAY_API_URL to where it is.`,
    );
  }
  const headers = new Headers();
  for (const name of RETURNED) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    headers.set('cache-control', 'no-cache, no-transform');
    headers.set('x-accel-buffering', 'no');
  }
  return new Response(answer.body, { status: answer.status, headers });
}

function problem(status: number, code: string, title: string, detail: string): Response {
  const body: Problem = { type: `urn:leeway:problem:${code}`, title, status, detail, code };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
}

/** The system's short code (`ECONNREFUSED`) where there is one; fetch itself says only "fetch failed". */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause && typeof cause === 'object' && 'code' in cause) return String(cause.code);
  return error instanceof Error ? error.message : String(error);
}

export {
  forward as DELETE,
  forward as GET,
  forward as HEAD,
  forward as PATCH,
  forward as POST,
  forward as PUT,
};
