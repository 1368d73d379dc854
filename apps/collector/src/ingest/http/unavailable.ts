/** Ingest can't take events now; the caller should try again. Nothing of the request is counted as accepted. */
export class IngestUnavailable extends Error {
  override readonly name = 'IngestUnavailable';
  readonly retry = true;
  constructor(
    message: string,
    readonly code: 'store_unavailable' | 'shutting_down' | 'overloaded',
  ) {
    super(message);
  }
}
