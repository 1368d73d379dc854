import { type NextRequest, NextResponse } from 'next/server';
import { contentSecurityPolicy, SECURITY_HEADERS } from './lib/csp';

/**
 * Gives every page a fresh nonce and a policy that runs nothing without it. Next reads the nonce from the
 * request's policy header and puts it on its own scripts; `x-nonce` hands it to our layout.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development');
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  for (const [name, value] of SECURITY_HEADERS) response.headers.set(name, value);
  return response;
}

export const config = {
  // The API's route streams bodies of any size and must not be buffered here; static files need no policy.
  matcher: [
    {
      source: '/((?!api/|_next/static|_next/image|favicon.svg).*)',
      missing: [
        { type: 'header', key: 'next-router-prefetch' },
        { type: 'header', key: 'purpose', value: 'prefetch' },
      ],
    },
  ],
};
