/** What the store could not do. `retry` = the store is down, full or busy and may recover; else the input is at fault. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    message: string,
    /** e.g. `data_directory_in_use`, `data_directory_unwritable`, `disk_full`, `unavailable`, `rejected`, `busy`. */
    readonly code: string,
    readonly retry: boolean,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** ClickHouse errors that repeat whenever the same rows are sent again: parsing, types, sizes. */
const ROWS_AT_FAULT = new Set([
  '6', // CANNOT_PARSE_TEXT
  '25', // CANNOT_PARSE_ESCAPE_SEQUENCE
  '26', // CANNOT_PARSE_QUOTED_STRING
  '27', // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  '33', // CANNOT_READ_ALL_DATA
  '38', // CANNOT_PARSE_DATE
  '41', // CANNOT_PARSE_DATETIME
  '53', // TYPE_MISMATCH
  '69', // ARGUMENT_OUT_OF_BOUND
  '70', // CANNOT_CONVERT_TYPE
  '72', // CANNOT_PARSE_NUMBER
  '117', // INCORRECT_DATA
  '128', // TOO_LARGE_ARRAY_SIZE
  '130', // CANNOT_READ_ARRAY_FROM_TEXT
  '131', // TOO_LARGE_STRING_SIZE
  '190', // SIZES_OF_ARRAYS_DONT_MATCH
  '349', // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  '441', // INVALID_DATE
  '469', // VIOLATED_CONSTRAINT
]);
const DISK_FULL = /NOT_ENOUGH_SPACE|No space left on device|ENOSPC|Disk quota exceeded/i;

/** The ClickHouse error number of a failure, as text, where it carries one. */
export function clickhouseCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const named = error as { clickhouseCode?: unknown; code?: unknown; message?: unknown };
  if (typeof named.clickhouseCode === 'number') return String(named.clickhouseCode);
  if (typeof named.code === 'string' && /^\d+$/.test(named.code)) return named.code;
  const match = typeof named.message === 'string' ? /Code: (\d+)/.exec(named.message) : null;
  return match?.[1] ?? null;
}

/** Turns whatever the client threw into a `StoreError`; `doing` completes "The store could not …". */
export function storeError(error: unknown, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // The engine repeats rows and stack frames on the lines that follow the first.
  const first = message.split('\n')[0]!.slice(0, 500);
  const options = { cause: error };
  if (DISK_FULL.test(message))
    return new StoreError(
      `The store could not ${doing}: its disk is full (${first})`,
      'disk_full',
      true,
      options,
    );
  const code = clickhouseCode(error);
  if (code !== null && ROWS_AT_FAULT.has(code))
    return new StoreError(`The store could not ${doing}: ${first}`, 'rejected', false, options);
  return new StoreError(`The store could not ${doing}: ${first}`, 'unavailable', true, options);
}
