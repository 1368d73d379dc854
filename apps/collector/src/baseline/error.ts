/** Why a baseline can't be made or found, as a sentence that names the fix. `code` is stable. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
  constructor(
    /**
     * `baseline_not_found`, `no_usable_column`, `unknown_column`, or what the file reader says: `wrong_format`,
     * `unreadable_file`, `empty_file`, `too_many_rows` …
     */
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
