'use client';

import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs';
import { sliceParsers } from './search';

const parsers = {
  ...sliceParsers,
  signal: parseAsString.withDefault(''),
  /** Start of the chosen window, epoch milliseconds. */
  at: parseAsInteger,
};

/** What a model's page shows: version and segment, the chosen signal and window. All in the URL. */
export function useSlice() {
  const [state, set] = useQueryStates(parsers, { history: 'push' });
  return { ...state, set };
}
