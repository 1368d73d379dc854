'use client';

import { parseAsArrayOf, parseAsString, useQueryStates } from 'nuqs';

const parsers = {
  bin: parseAsString.withDefault(''),
  /** The API's own conditions on the feature. */
  where: parseAsArrayOf(parseAsString).withDefault([]),
};

/** The bin whose events are listed, kept in the URL. */
export function useBin() {
  const [{ bin, where }, set] = useQueryStates(parsers, { history: 'push' });
  return {
    label: bin,
    where,
    choose: (label: string, filters: readonly string[]) => void set({ bin: label, where: [...filters] }),
    clear: () => void set({ bin: null, where: null }),
  };
}
