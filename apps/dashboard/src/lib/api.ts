import { Problem } from '@leeway/contract';
import type { z } from 'zod';

/** What went wrong with a request, as an RFC 9457 problem, whoever wrote it: the collector, a proxy or we. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** How a request reaches the API: the browser asks its own origin, the server asks the collector. */
export type Fetcher = (path: string, init: RequestInit) => Promise<Response>;

/** The browser's way: same origin, through the dashboard's route. */
export const browserFetch: Fetcher = (path, init) => fetch(path, init);

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** `/api/v1` + path + query; empty, null and undefined parameters are left out, lists are repeated. */
export function apiPath(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (Array.isArray(value)) for (const one of value) search.append(name, one);
    else if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

/** A path segment from a name that may hold slashes, markup or emoji. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}

/**
 * Asks the API and checks the answer against the contract's schema. Rejects with `ApiError` for anything but a
 * good answer, and with the signal's own reason when it was aborted.
 */
export async function request<S extends z.ZodType>(
  fetcher: Fetcher,
  path: string,
  schema: S,
  init: RequestInit = {},
): Promise<z.output<S>> {
  const answer = await send(fetcher, path, init);
  let body: unknown;
  try {
    body = await answer.json();
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(unreadable(path, 'the answer is not JSON'));
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new ApiError(
    unreadable(
      path,
      `${first?.path.map(String).join('.') || 'the answer'}: ${first?.message ?? 'unexpected'}`,
    ),
  );
}

/** Like `request`, for answers whose body does not matter (204, or a body nobody reads). */
export async function send(fetcher: Fetcher, path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetcher(path, {
      ...init,
      headers: { accept: 'application/json', ...Object.fromEntries(new Headers(init.headers)) },
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError({
      type: 'urn:leeway:problem:unreachable',
      title: "The dashboard's server can't be reached",
      status: 0,
      code: 'unreachable',
      detail: 'Check the network and that the dashboard is still running; this page keeps trying.',
    });
  }
  if (answer.ok) return answer;
  throw new ApiError(await problemOf(answer));
}

/** JSON body and its content type for a write. */
export function json(method: 'POST' | 'PUT' | 'PATCH', body: unknown): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function problemOf(answer: Response): Promise<Problem> {
  const text = await answer.text().catch(() => '');
  try {
    const parsed = Problem.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: something between us and the collector answered, so the status is all there is to say.
  }
  return {
    type: 'about:blank',
    title: answer.statusText || `Status ${answer.status}`,
    status: answer.status,
    code: `http_${answer.status}`,
    detail: STATUS_HELP[answer.status] ?? `The API answered ${answer.status} without saying why.`,
  };
}

const STATUS_HELP: Record<number, string> = {
  401: 'The dashboard is not logged in to the API: set LEEWAY_API_TOKEN where the dashboard runs.',
  403: "The dashboard's token may not do this.",
  404: 'There is nothing at this address.',
  413: 'That is more than the API takes in one request.',
  429: 'The API asks for fewer requests; this page tries again by itself.',
  503: 'The collector is starting or shutting down; this page tries again by itself.',
};

function unreadable(path: string, why: string): Problem {
  return {
    type: 'urn:leeway:problem:unreadable_answer',
    title: 'The API answered something this dashboard does not understand',
    status: 502,
    code: 'unreadable_answer',
    detail: `${path.split('?')[0]}: ${why}. Collector and dashboard may be of different versions.`,
  };
}
