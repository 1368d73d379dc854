import { Baseline, EventPage } from '@leeway/contract';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, browserFetch, type Fetcher, request, segment } from '../../lib/api';
import type { Range } from '../../lib/range';

export type EventSearch = Range & {
  version: string;
  id: string;
  tag: readonly string[];
  feature: readonly string[];
};

/** Rows of one page; the API's own limit is far above. */
export const PAGE_ROWS = 100;
/** Rows of one CSV file: what the API gives in one answer. */
export const CSV_ROWS = 10_000;

/** The path of a search; `tag` and `feature` may be given several times. */
export function eventsPath(
  model: string,
  search: EventSearch,
  more: { limit: number; cursor?: string; format?: 'csv' },
): string {
  const { tag, feature, ...rest } = search;
  const path = apiPath(`/models/${segment(model)}/events`, { ...rest, ...more });
  const repeated = new URLSearchParams();
  for (const one of tag) repeated.append('tag', one);
  for (const one of feature) repeated.append('feature', one);
  return repeated.size > 0 ? `${path}&${repeated}` : path;
}

/**
 * One page of raw events. Its topic is not among those that live messages renew: rows must not move away under
 * somebody's eyes. The page has a button for newer ones.
 */
export function eventsQuery(
  model: string,
  search: EventSearch,
  cursor: string,
  fetcher: Fetcher = browserFetch,
) {
  return queryOptions({
    queryKey: ['event-page', model, search, cursor] as const,
    queryFn: ({ signal }) =>
      request(
        fetcher,
        eventsPath(model, search, { limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) }),
        EventPage,
        { signal },
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A baseline with all of its signals. It never changes once it is made. */
export function baselineDetailQuery(id: string, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['baseline', id] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath(`/baselines/${segment(id)}`), Baseline, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
