/** Why a file of rows can't be used, as a sentence that names the fix. */
export class SampleError extends Error {
  override readonly name = 'SampleError';
  constructor(
    /** e.g. `unreadable_file`, `wrong_format`, `empty_file`, `no_columns`, `too_many_rows`, `unknown_column`. */
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
