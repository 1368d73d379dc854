import type { Lane } from '../engine/lane.js';
import { moment, second, sql } from '../sql.js';
import { HOUR_MS } from '../types.js';
import { latencyByModel } from './counts.js';
import { bucketStarts, countsFrom, type Horizon, type Range, stepFor } from './slice.js';

/** Serve's `SummaryFigures`. */
export interface SummaryFigures {
  versions: string[];
  events: number;
  errors: number;
  labelCoverage: number | null;
  firstEvent: number | null;
  lastEvent: number | null;
  latency: ReadonlyMap<number, number>;
  psi: (number | null)[];
  traffic: (number | null)[];
}

const SPARK_POINTS = 48;
/** Sparklines of ranges from here on are drawn in whole hours, which are rolled up. */
const HOURLY_FROM_MS = 12 * HOUR_MS;

/** The figures of the fleet page: a handful of queries over all models, not one set a model. */
export async function summaries(
  lane: Lane,
  range: Range,
  models: readonly string[],
  horizon: Horizon,
): Promise<Map<string, SummaryFigures>> {
  if (models.length === 0) return new Map();
  const fine = stepFor(range, SPARK_POINTS);
  const step = range.to - range.from >= HOURLY_FROM_MS ? Math.max(HOUR_MS, fine) : fine;
  const starts = bucketStarts(range, step);
  const [traffic, psi, latency, spans, coverage] = await Promise.all([
    trafficOf(lane, range, models, horizon, step),
    worstPsi(lane, { from: starts[0] ?? range.from, to: range.to }, models, step),
    latencyByModel(lane, models, range, horizon),
    spansOf(lane, models),
    labelCoverage(lane, range, models),
  ]);
  return new Map(
    models.map((model) => {
      const figures = traffic.get(model);
      return [
        model,
        {
          versions: figures ? [...figures.versions].sort() : [],
          events: figures?.events ?? 0,
          errors: figures?.errors ?? 0,
          labelCoverage: coverage.get(model) ?? null,
          firstEvent: spans.get(model)?.first ?? null,
          lastEvent: spans.get(model)?.last ?? null,
          latency: latency.get(model) ?? new Map<number, number>(),
          psi: starts.map((t) => psi.get(model)?.get(t) ?? null),
          traffic: starts.map((t) => figures?.buckets.get(t) ?? null),
        },
      ];
    }),
  );
}

interface Traffic {
  versions: Set<string>;
  events: number;
  errors: number;
  buckets: Map<number, number>;
}

async function trafficOf(
  lane: Lane,
  range: Range,
  models: readonly string[],
  horizon: Horizon,
  step: number,
): Promise<Map<string, Traffic>> {
  const where = sql`model IN ${models} AND segment = ''`;
  const rows = await lane.rows<{ model: string; version: string; t: number; n: number; bad: number }>(
    sql`SELECT model, version, intDiv(toUnixTimestamp(at) * 1000, ${step}) * ${step} AS t,
          sum(requests) AS n, sum(errors) AS bad
        FROM ${countsFrom('traffic', 'model, version, requests, errors', where, range, horizon, step)}
        GROUP BY model, version, t HAVING n > 0`,
  );
  const found = new Map<string, Traffic>();
  for (const row of rows) {
    let held = found.get(row.model);
    if (!held) {
      held = { versions: new Set(), events: 0, errors: 0, buckets: new Map() };
      found.set(row.model, held);
    }
    held.versions.add(row.version);
    held.events += row.n;
    held.errors += row.bad;
    held.buckets.set(row.t, (held.buckets.get(row.t) ?? 0) + row.n);
  }
  return found;
}

async function worstPsi(
  lane: Lane,
  range: Range,
  models: readonly string[],
  step: number,
): Promise<Map<string, Map<number, number>>> {
  const rows = await lane.rows<{ model: string; t: number; worst: number | null }>(
    sql`SELECT model, intDiv(toUnixTimestamp64Milli(window_end) - 1, ${step}) * ${step} AS t, max(psi_debiased) AS worst
        FROM verdicts FINAL
        WHERE model IN ${models} AND segment = '' AND window_end > ${moment(range.from)} AND window_end <= ${moment(range.to)}
        GROUP BY model, t`,
  );
  const found = new Map<string, Map<number, number>>();
  for (const row of rows) {
    if (row.worst === null) continue;
    const held = found.get(row.model) ?? new Map<number, number>();
    held.set(row.t, row.worst);
    found.set(row.model, held);
  }
  return found;
}

/** First and last event of each model over all time: the minute from the counts, the millisecond from its events. */
async function spansOf(
  lane: Lane,
  models: readonly string[],
): Promise<Map<string, { first: number; last: number }>> {
  const rows = await lane.rows<{ model: string; first: number; last: number }>(
    sql`SELECT model, toUnixTimestamp(min(t)) * 1000 AS first, toUnixTimestamp(max(t)) * 1000 AS last FROM (
          SELECT model, minute AS t FROM traffic WHERE model IN ${models} AND segment = '' AND requests > 0
          UNION ALL SELECT model, hour AS t FROM traffic_hour WHERE model IN ${models} AND segment = '' AND requests > 0)
        GROUP BY model`,
  );
  const found = new Map(rows.map(({ model, first, last }) => [model, { first, last }]));
  if (rows.length === 0) return found;
  const oldest = Math.min(...rows.map((row) => row.last));
  const exact = await lane.rows<{ model: string; last: number }>(
    sql`SELECT model, toUnixTimestamp64Milli(max(ts)) AS last FROM events
        WHERE model IN ${models} AND ts >= ${moment(oldest)} GROUP BY model`,
  );
  for (const { model, last } of exact) {
    const held = found.get(model);
    if (held) held.last = Math.max(held.last, last);
  }
  return found;
}

/** Labelled events over events, as far as outcomes were computed; models without labels are left out. */
async function labelCoverage(
  lane: Lane,
  range: Range,
  models: readonly string[],
): Promise<Map<string, number>> {
  const rows = await lane.rows<{ model: string; share: number }>(
    sql`SELECT model, sum(known) / sum(o.events) AS share FROM outcomes AS o FINAL
        WHERE model IN ${models} AND minute >= ${second(range.from)} AND minute < ${second(range.to)}
        GROUP BY model HAVING sum(known) > 0`,
  );
  return new Map(rows.map(({ model, share }) => [model, share]));
}
