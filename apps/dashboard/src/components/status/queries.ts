import { DeadLetter, DeadLetterList, StatusReport } from '@leeway/contract';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, browserFetch, type Fetcher, request } from '../../lib/api';

export function statusQuery(fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['status', null] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/status'), StatusReport, { signal }),
  });
}

export function deadLettersQuery(fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['dead-letters', null] as const,
    queryFn: ({ signal }) =>
      request(fetcher, apiPath('/dead-letters', { limit: 200 }), DeadLetterList, { signal }),
  });
}

/** One letter with all its bytes: a list has the first 12 KiB of each. */
export function deadLetterQuery({ id }: Pick<DeadLetter, 'id'>, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['dead-letter', id] as const,
    queryFn: ({ signal }) =>
      request(fetcher, apiPath(`/dead-letters/${encodeURIComponent(id)}`), DeadLetter, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
