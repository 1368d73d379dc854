/** An idempotency key came with another request than before. Nothing of the new one was taken. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
  readonly code = 'idempotency_key_reused';
  constructor() {
    super(
      'This Idempotency-Key was used for a request with other content. Send each new request under a key of its own; ' +
        'a retry is the very same request again.',
    );
  }
}
