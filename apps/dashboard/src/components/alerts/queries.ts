import { type Acknowledgement, AlertList, Incident, IncidentList } from '@leeway/contract';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, browserFetch, type Fetcher, json, request, segment, send } from '../../lib/api';

/** Alerts of every state, worst and newest first; `model` narrows to one model. */
export function alertListQuery(model: string | null, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['alerts', model, 'list'] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/alerts', { model }), AlertList, { signal }),
  });
}

export function incidentListQuery(model: string | null, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['incidents', model, 'list'] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/incidents', { model }), IncidentList, { signal }),
  });
}

export function incidentDetailQuery(id: string, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['incident', id] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath(`/incidents/${segment(id)}`), Incident, { signal }),
  });
}

/** What an acknowledgement is about: one alert or a whole incident. */
export type AckTarget = { kind: 'alerts' | 'incidents'; id: string; name: string };

export async function acknowledge(target: AckTarget, body: Acknowledgement): Promise<void> {
  await send(browserFetch, apiPath(`/${target.kind}/${segment(target.id)}/ack`), json('POST', body));
}
