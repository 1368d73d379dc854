import { type NewSilence, Silence, SilenceList } from '@leeway/contract';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, browserFetch, type Fetcher, json, request, segment, send } from '../../lib/api';

export function silencesQuery(fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['silences', null] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/silences'), SilenceList, { signal }),
  });
}

export function createSilence(silence: NewSilence): Promise<Silence> {
  return request(browserFetch, apiPath('/silences'), Silence, json('POST', silence));
}

/** Ends a silence now; it stays listed as expired for a day. */
export async function expireSilence(id: string): Promise<void> {
  await send(browserFetch, apiPath(`/silences/${segment(id)}`), { method: 'DELETE' });
}
