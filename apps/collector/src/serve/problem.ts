import type { Problem } from '@leeway/contract';

/**
 * Every problem the API answers with: its stable code, HTTP status and title. Programs match on `code`; `detail`
 * is written for the person who has to do something about it.
 */
export const PROBLEMS = {
  bad_request: [400, 'The request could not be understood'],
  invalid_request: [400, 'A value in the request is not valid'],
  invalid_time: [400, 'A time could not be understood'],
  invalid_range: [400, 'The time range is empty or too long'],
  unauthorized: [401, 'A token is needed'],
  cross_site: [403, 'Requests from other sites are refused'],
  host_not_allowed: [403, 'This host name is not allowed'],
  not_found: [404, 'There is nothing here'],
  model_not_found: [404, 'This model is not known'],
  baseline_not_found: [404, 'This baseline is not known'],
  signal_not_found: [404, 'This signal is not known'],
  no_baseline: [409, 'The model has no active baseline'],
  conflict: [409, 'The request contradicts the present state'],
  idempotency_key_reused: [409, 'The Idempotency-Key was used for another request'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'This kind of body is not taken'],
  unsupported_encoding: [415, 'This content encoding is not taken'],
  unusable_baseline: [422, 'No baseline can be made of this file'],
  rate_limited: [429, 'Too many requests'],
  internal_error: [500, 'The collector failed'],
  too_many_streams: [503, 'Too many live streams are open'],
  overloaded: [503, 'Too much is waiting to be written'],
  store_unavailable: [503, 'The store cannot be reached'],
  registry_unavailable: [503, 'The schema registry cannot be reached'],
  shutting_down: [503, 'The collector is stopping'],
  role_not_served: [503, 'This process has another role'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A failure that the API tells its client. Thrown anywhere in a handler. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly errors?: Problem['errors'],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
  get status(): number {
    return PROBLEMS[this.code][0];
  }
}

/** The body of a problem answer (`application/problem+json`, RFC 9457). */
export function problemBody(code: ProblemCode, detail: string, errors?: Problem['errors']): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: `/api/v1/problems#${code}`, title, status, detail, code, ...(errors && { errors }) };
}
