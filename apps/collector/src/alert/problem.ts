import type { Problem } from '@leeway/contract';

/** A refusal that the API tells its client; `code` is one of the API's problem codes. */
export class AlertProblem extends Error {
  override readonly name = 'AlertProblem';
  constructor(
    readonly code: 'invalid_request' | 'not_found' | 'conflict',
    message: string,
    readonly errors?: Problem['errors'],
  ) {
    super(message);
  }
}
