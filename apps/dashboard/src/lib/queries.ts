import {
  Alert,
  BaselineSummary,
  DistributionOverTime,
  EventPage,
  HeatMap,
  HistogramPair,
  Incident,
  ModelDetail,
  ModelList,
  SegmentList,
  SeriesList,
  type SeriesMetric,
  SignalList,
  type Slice,
  SliceComparison,
  VerdictList,
} from '@leeway/contract';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { apiPath, browserFetch, type Fetcher, type Query, request, segment } from './api';
import type { Range } from './range';

/**
 * Every question that the pages ask, with its cache key. Keys begin `[topic, model]`, which is what live
 * messages invalidate by (`lib/live.ts`). The server passes its own `Fetcher` to fill the first paint.
 */
export type SliceFilter = { version?: string; segment?: string };

export function modelsQuery(range: Range, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['models', null, range] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/models', range), ModelList, { signal }),
  });
}

export function modelQuery(model: string, range: Range, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['model', model, range] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '', range), ModelDetail, { signal }),
  });
}

export function signalsQuery(model: string, filter: SliceFilter, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['signals', model, filter] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '/signals', filter), SignalList, { signal }),
  });
}

export function verdictsQuery(
  model: string,
  query: Range & SliceFilter & { signal?: string; limit?: number },
  fetcher: Fetcher = browserFetch,
) {
  return queryOptions({
    queryKey: ['verdicts', model, query] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '/verdicts', query), VerdictList, { signal }),
  });
}

export function heatMapQuery(
  model: string,
  query: Range & SliceFilter & { columns: number },
  fetcher: Fetcher = browserFetch,
) {
  return queryOptions({
    queryKey: ['heatmap', model, query] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '/heatmap', query), HeatMap, { signal }),
  });
}

type SeriesAsk = Range & SliceFilter & { metrics: readonly SeriesMetric[]; signal?: string; points?: number };

export function seriesQuery(model: string, query: SeriesAsk, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['series', model, query] as const,
    queryFn: ({ signal }) => askSeries(model, query, fetcher, signal),
  });
}

/**
 * Series that join labels with their predictions: dearer to answer than the rest and slower to change, so that live
 * messages leave them alone (their topic is in no list of `lib/live.ts`).
 */
export function outcomesQuery(model: string, query: SeriesAsk, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['outcomes', model, query] as const,
    queryFn: ({ signal }) => askSeries(model, query, fetcher, signal),
    staleTime: 30_000,
  });
}

export function histogramsQuery(
  model: string,
  query: Range & SliceFilter & { signal: string },
  fetcher: Fetcher = browserFetch,
) {
  return queryOptions({
    queryKey: ['histograms', model, query] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '/histograms', query), HistogramPair, { signal }),
  });
}

export function distributionQuery(
  model: string,
  query: Range & SliceFilter & { signal: string; buckets: number },
  fetcher: Fetcher = browserFetch,
) {
  return queryOptions({
    queryKey: ['distribution', model, query] as const,
    queryFn: ({ signal }) =>
      request(fetcher, of(model, '/distribution', query), DistributionOverTime, { signal }),
  });
}

/** With `drawn` the answer carries that signal's bins. */
export function compareQuery(
  model: string,
  a: Slice,
  b: Slice,
  drawn?: string,
  fetcher: Fetcher = browserFetch,
) {
  const sides = {
    ...prefixed('a', a),
    ...prefixed('b', b),
    ...(drawn === undefined ? {} : { signal: drawn }),
  };
  return queryOptions({
    queryKey: ['compare', model, a, b, drawn ?? null] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '/compare', sides), SliceComparison, { signal }),
  });
}

export function segmentsQuery(
  model: string,
  query: Range & { signal: string; tag?: string },
  fetcher: Fetcher = browserFetch,
) {
  return queryOptions({
    queryKey: ['segments', model, query] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '/segments', query), SegmentList, { signal }),
  });
}

const AlertList = z.object({ alerts: z.array(Alert) });
export function alertsQuery(fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['alerts', null] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/alerts'), AlertList, { signal }),
  });
}

const IncidentList = z.object({ incidents: z.array(Incident) });
export function incidentsQuery(fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['incidents', null] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/incidents'), IncidentList, { signal }),
  });
}

export function incidentQuery(id: string, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['incident', id] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath(`/incidents/${segment(id)}`), Incident, { signal }),
  });
}

const BaselineList = z.object({ baselines: z.array(BaselineSummary) });
export function baselinesQuery(model: string | null, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['baselines', model] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/baselines', { model }), BaselineList, { signal }),
  });
}

/** Raw events, newest first; `feature` holds conditions such as `distance>1700` (`lib/feature-filter.ts`). */
export function eventsQuery(
  model: string,
  query: Range & SliceFilter & { feature?: readonly string[]; limit: number },
  fetcher: Fetcher = browserFetch,
) {
  return queryOptions({
    queryKey: ['events', model, query] as const,
    queryFn: ({ signal }) => request(fetcher, of(model, '/events', query), EventPage, { signal }),
  });
}

function askSeries(model: string, { metrics, ...rest }: SeriesAsk, fetcher: Fetcher, signal: AbortSignal) {
  const path = of(model, '/series', { points: 300, ...rest, metric: metrics.join(',') });
  return request(fetcher, path, SeriesList, { signal });
}

function of(model: string, path: string, query: Query): string {
  return apiPath(`/models/${segment(model)}${path}`, query);
}

function prefixed(side: 'a' | 'b', slice: Slice): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(slice).map(([name, value]) => [`${side}_${name}`, value]));
}
