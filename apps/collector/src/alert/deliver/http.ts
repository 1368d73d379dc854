import { Agent, request } from 'undici';
import { type AddressPolicy, AddressRefused } from './address.js';

const REDIRECTS = 3;
/** What is read of an answer; the rest is cut off with the connection. */
const ANSWER_LIMIT = 65_536;
const CREDENTIALS = new Set(['authorization', 'cookie']);

export interface HttpAnswer {
  status: number;
  body: string;
  retryAfter: string | null;
}

export interface HttpPost {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export type HttpSender = (post: HttpPost) => Promise<HttpAnswer>;

/**
 * Posts to addresses that the policy allows. The host is resolved once and the connection pinned to that address;
 * each redirect is checked again and loses credentials when it leaves the origin. The whole exchange ends after
 * `timeoutMs`, and of the answer at most 64 KiB are read. Throws what the network throws, or `AddressRefused`.
 */
export function httpSender(policy: AddressPolicy, timeoutMs: number): HttpSender {
  return async (post) => {
    const signal = AbortSignal.timeout(timeoutMs);
    let { url, headers } = post;
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const answer = await once(policy, { ...post, url, headers }, signal, timeoutMs);
      if (answer.location === null) return answer;
      const next = new URL(answer.location, url);
      if (next.protocol !== 'https:' && next.protocol !== 'http:') {
        throw new AddressRefused(`redirected to the scheme ${next.protocol}, which is not followed`);
      }
      if (next.protocol === 'http:' && url.startsWith('https:')) {
        throw new AddressRefused('redirected from https to http, which is not followed');
      }
      if (next.origin !== new URL(url).origin) headers = withoutCredentials(headers);
      url = next.href;
    }
    throw new AddressRefused(`more than ${REDIRECTS} redirects`);
  };
}

async function once(
  policy: AddressPolicy,
  post: HttpPost,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<HttpAnswer & { location: string | null }> {
  const url = new URL(post.url);
  const pinned = await policy.resolve(url.hostname, signal);
  const agent = new Agent({
    connections: 1,
    pipelining: 0,
    connect: {
      timeout: timeoutMs,
      lookup: (_host, options, done) => {
        if (options.all) done(null, [pinned]);
        else done(null, pinned.address, pinned.family);
      },
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  try {
    const { username, password } = url;
    url.username = '';
    url.password = '';
    const headers = { ...post.headers };
    if (username || password) {
      const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      headers.authorization ??= `Basic ${Buffer.from(text).toString('base64')}`;
    }
    const response = await request(url, {
      method: 'POST',
      headers,
      body: post.body,
      dispatcher: agent,
      signal,
    });
    const body = await readBounded(response.body);
    const header = (name: string) => {
      const value = response.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    };
    // Only redirects that keep method and body make sense for a message.
    const follows = response.statusCode === 307 || response.statusCode === 308;
    return {
      status: response.statusCode,
      body,
      retryAfter: header('retry-after'),
      location: follows ? header('location') : null,
    };
  } finally {
    await agent.destroy();
  }
}

async function readBounded(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part);
    size += part.byteLength;
    if (size >= ANSWER_LIMIT) break;
  }
  return Buffer.concat(parts).subarray(0, ANSWER_LIMIT).toString('utf8');
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name.toLowerCase())));
}
