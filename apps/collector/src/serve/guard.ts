import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpOptions } from './context.js';
import { ApiProblem } from './problem.js';

/** Routes that orchestrators ask without a token. */
const OPEN_ROUTES = new Set(['/healthz', '/readyz']);
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The host of a `Host` or `Origin` value, without port; null when it is none. */
export function hostName(value: string): string | null {
  try {
    return new URL(value.includes('://') ? value : `http://${value}`).hostname;
  } catch {
    return null;
  }
}

/**
 * Who may ask. With a token: every route but health needs it as a bearer. Without one the server is bound to this
 * machine, where the danger is a web page in the operator's browser: requests must name a local host (DNS rebinding)
 * and must not come from another site (CSRF).
 */
export function addGuard(app: FastifyInstance, options: HttpOptions): void {
  const { token } = options;
  if (token !== undefined) {
    const expected = sha256(token);
    app.addHook('onRequest', async (request) => {
      if (OPEN_ROUTES.has(request.url.split('?', 1)[0]!)) return;
      requireToken(request, expected);
    });
    return;
  }
  const allowed = new Set([...LOOPBACK_NAMES, ...options.allowedHosts]);
  app.addHook('onRequest', async (request) => requireLocal(request, allowed));
}

function requireToken(request: FastifyRequest, expected: Buffer): void {
  const [, given] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  // Hashes have one length, so the comparison tells nothing about the token's.
  if (given !== undefined && timingSafeEqual(sha256(given), expected)) return;
  throw new ApiProblem(
    'unauthorized',
    given === undefined
      ? 'Send the header "Authorization: Bearer <LEEWAY_API_TOKEN>".'
      : 'The token is not the one that the collector was started with (LEEWAY_API_TOKEN).',
    undefined,
    { 'www-authenticate': 'Bearer realm="leeway"' },
  );
}

function requireLocal(request: FastifyRequest, allowed: ReadonlySet<string>): void {
  const host = hostName(request.headers.host ?? '');
  if (host === null || !allowed.has(host))
    throw new ApiProblem(
      'host_not_allowed',
      `Requests must be addressed to localhost, not to "${host ?? ''}". Add the name to LEEWAY_ALLOWED_HOSTS, or set LEEWAY_API_TOKEN.`,
    );
  const { origin } = request.headers;
  const from = typeof origin === 'string' ? hostName(origin) : null;
  const crossSite = request.headers['sec-fetch-site'] === 'cross-site';
  if (crossSite || (origin !== undefined && (from === null || !allowed.has(from))))
    throw new ApiProblem(
      'cross_site',
      'This request was made by a page of another site. Set LEEWAY_API_TOKEN, or ask through the dashboard.',
    );
}
