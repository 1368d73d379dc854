import type { Baseline, EventPage, HeatMap, Marker, Series, SeriesMetric, Verdict } from '@leeway/contract';
import type { Lane } from './engine/lane.js';
import type { StoredFeatures } from './features.js';
import { countsBySegment, countsOverTime, sliceCounts } from './queries/counts.js';
import { deadLetters, markers, modelNames, segmentNames, tableSizes } from './queries/directory.js';
import { type EventQuery, findEvents } from './queries/events.js';
import { heatMapCells } from './queries/heat-map.js';
import { operationalWindows } from './queries/operational.js';
import { operationalFleet } from './queries/operational-fleet.js';
import { DRIFT_METRICS, driftSeries } from './queries/series-drift.js';
import { LATENCY_METRICS, latencySeries } from './queries/series-latency.js';
import { PERFORMANCE_METRICS, performanceSeries } from './queries/series-performance.js';
import { TRAFFIC_METRICS, trafficSeries } from './queries/series-traffic.js';
import type { Range, SliceKey } from './queries/slice.js';
import { summaries } from './queries/summaries.js';
import { latestVerdicts, listVerdicts, verdictsBetween, worstVerdicts } from './queries/verdicts.js';

/** Reads for people, one file a question under `queries/`. `horizon` tells how far the hours go (epoch ms). */
export function createReadStore(lane: Lane, features: StoredFeatures, horizon: () => number) {
  function series(
    key: SliceKey & { metric: SeriesMetric; signal?: string; points: number },
  ): Promise<Omit<Series, 'thresholds'>> {
    if (DRIFT_METRICS.has(key.metric)) return driftSeries(lane, key);
    if (TRAFFIC_METRICS.has(key.metric)) return trafficSeries(lane, key, horizon());
    if (LATENCY_METRICS.has(key.metric)) return latencySeries(lane, key, horizon());
    if (PERFORMANCE_METRICS.has(key.metric)) return performanceSeries(lane, key);
    throw new RangeError(`${key.metric} is made of other series`);
  }
  return {
    summaries: (range: Range, models: readonly string[]) => summaries(lane, range, models, horizon()),
    verdicts: (
      key: SliceKey & { signal?: string; limit: number },
    ): Promise<{ verdicts: Verdict[]; truncated: boolean }> => listVerdicts(lane, key),
    latestVerdicts: (model: string, version: string | undefined, segment: string): Promise<Verdict[]> =>
      latestVerdicts(lane, model, version, segment),
    worstVerdicts: (models: readonly string[], now: number): Promise<Map<string, Verdict>> =>
      worstVerdicts(lane, models, now),
    heatMapCells: (key: SliceKey & { columns: number }): Promise<Omit<HeatMap, 'markers' | 'window_ms'>> =>
      heatMapCells(lane, key),
    series,
    counts: (key: SliceKey, baseline: Baseline, signals?: readonly string[]) =>
      sliceCounts(lane, key, baseline, signals, horizon()),
    countsOverTime: (key: SliceKey, baseline: Baseline, signal: string, buckets: number) =>
      countsOverTime(lane, key, baseline, signal, buckets, horizon()),
    countsBySegment: (key: Omit<SliceKey, 'segment'>, baseline: Baseline, signal: string, tag: string) =>
      countsBySegment(lane, key, baseline, signal, tag, horizon()),
    events: (query: EventQuery): Promise<EventPage> => findEvents(lane, query, features.order(query.model)),
    segments: (model: string) => segmentNames(lane, model),
    markers: (model: string, range: Range): Promise<Marker[]> => markers(lane, model, range),
    deadLetters: (limit: number) => deadLetters(lane, limit),
    tables: () => tableSizes(lane),
    models: () => modelNames(lane),
  };
}

/** What the alert room asks: it runs on the evaluation's lane, so that no page of a person delays an alert. */
export function createFacts(lane: Lane) {
  return {
    operational: (model: string, from: number, to: number) => operationalWindows(lane, model, from, to),
    operationalFleet: (models: readonly string[], from: number, to: number) =>
      operationalFleet(lane, models, from, to),
    verdicts: (model: string, from: number, to: number) => verdictsBetween(lane, model, from, to),
    async changes(model: string, from: number, to: number): Promise<{ at: number; text: string }[]> {
      const found = await markers(lane, model, { from, to });
      return found.map((marker) => ({ at: Date.parse(marker.at), text: marker.text }));
    },
  };
}
