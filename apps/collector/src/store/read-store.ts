import type { Baseline, EventPage, HeatMap, Marker, Series, SeriesMetric, Verdict } from '@leeway/contract';
import type { Lane } from './engine/lane.js';
import type { StoredFeatures } from './features.js';
import { countsBySegment, countsOverTime, sliceCounts } from './queries/counts.js';
import { type DeadLetterQuery, deadLetter, deadLetters } from './queries/dead-letters.js';
import { markers, modelNames, segmentNames, tableSizes } from './queries/directory.js';
import { type EventQuery, findEvents } from './queries/events.js';
import { heatMapCells } from './queries/heat-map.js';
import { operationalWindows } from './queries/operational.js';
import { operationalFleet } from './queries/operational-fleet.js';
import { DRIFT_METRICS, driftSeries } from './queries/series-drift.js';
import { LATENCY_METRICS, latencySeries } from './queries/series-latency.js';
import { PERFORMANCE_METRICS, performanceSeries } from './queries/series-performance.js';
import { TRAFFIC_METRICS, trafficSeries } from './queries/series-traffic.js';
import type { Horizon, Range, SliceKey } from './queries/slice.js';
import { summaries } from './queries/summaries.js';
import {
  latestVerdicts,
  listVerdicts,
  verdictsBetween,
  type WorstVerdict,
  worstVerdicts,
} from './queries/verdicts.js';

/** Reads for people, one file a question under `queries/`. `horizon` tells how far the hours go. */
export function createReadStore(lane: Lane, features: StoredFeatures, horizon: () => Horizon) {
  type Bare = Omit<Series, 'thresholds'>;
  type Ask = SliceKey & { metrics: readonly SeriesMetric[]; signal?: string; points: number };

  /** Metrics of one kind come from the same rows: each kind is one question, and all are asked at once. */
  async function series({ metrics, ...key }: Ask): Promise<Bare[]> {
    const found = new Map<SeriesMetric, Bare>();
    const take = async (
      known: ReadonlySet<SeriesMetric>,
      ask: (wanted: SeriesMetric[]) => Promise<Bare[]>,
    ) => {
      const wanted = metrics.filter((metric) => known.has(metric));
      if (wanted.length > 0) for (const one of await ask(wanted)) found.set(one.metric, one);
    };
    await Promise.all([
      take(DRIFT_METRICS, (wanted) =>
        Promise.all(wanted.map((metric) => driftSeries(lane, { ...key, metric }))),
      ),
      take(TRAFFIC_METRICS, (wanted) => trafficSeries(lane, { ...key, metrics: wanted }, horizon())),
      take(LATENCY_METRICS, (wanted) => latencySeries(lane, { ...key, metrics: wanted }, horizon())),
      take(PERFORMANCE_METRICS, (wanted) => performanceSeries(lane, { ...key, metrics: wanted })),
    ]);
    return metrics.map((metric) => {
      const one = found.get(metric);
      if (!one) throw new RangeError(`${metric} is made of other series`);
      return one;
    });
  }
  return {
    summaries: (range: Range, models: readonly string[]) => summaries(lane, range, models, horizon()),
    verdicts: (
      key: SliceKey & { signal?: string; limit: number },
    ): Promise<{ verdicts: Verdict[]; truncated: boolean }> => listVerdicts(lane, key),
    latestVerdicts: (model: string, version: string | undefined, segment: string): Promise<Verdict[]> =>
      latestVerdicts(lane, model, version, segment),
    worstVerdicts: (models: readonly string[], now: number): Promise<Map<string, WorstVerdict>> =>
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
    deadLetters: (query: DeadLetterQuery) => deadLetters(lane, query),
    deadLetter: (id: string) => deadLetter(lane, id),
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
