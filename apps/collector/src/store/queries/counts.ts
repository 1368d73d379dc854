import { type Baseline, LATENCY_SIGNAL } from '@leeway/contract';
import { addSparse, denseCounts, denseLength, type SparseJson, sparseCounts } from '../counts.js';
import type { Lane } from '../engine/lane.js';
import { sql } from '../sql.js';
import { andVersion, bucketStarts, countStep, countsFrom, type Horizon, type SliceKey } from './slice.js';

/** Dense counts of one or all signals of a baseline over a slice. */
export async function sliceCounts(
  lane: Lane,
  key: SliceKey,
  baseline: Baseline,
  signals: readonly string[] | undefined,
  horizon: Horizon,
): Promise<Map<string, number[]>> {
  const wanted =
    signals === undefined ? baseline.signals : baseline.signals.filter((s) => signals.includes(s.signal));
  const only = signals === undefined ? sql`` : sql`AND signal IN ${signals}`;
  const where = sql`model = ${key.model} ${andVersion(key.version)} AND baseline = ${baseline.id} AND segment = ${key.segment} ${only}`;
  const rows = await lane.rows<{ signal: string; counts: SparseJson }>(
    sql`SELECT signal, sumMap(bins) AS counts
        FROM ${countsFrom('histograms', 'signal, bins', where, key, horizon)} GROUP BY signal`,
  );
  return denseCounts(
    wanted,
    rows.map((row) => ({ signal: row.signal, bins: row.counts })),
  );
}

/** Dense counts of one signal over time, oldest first; buckets without events are left out. */
export async function countsOverTime(
  lane: Lane,
  key: SliceKey,
  baseline: Baseline,
  signal: string,
  buckets: number,
  horizon: Horizon,
): Promise<{ t: number; counts: number[] }[]> {
  const bins = baseline.signals.find((candidate) => candidate.signal === signal);
  if (!bins) return [];
  const step = countStep(key, buckets);
  const where = sql`model = ${key.model} ${andVersion(key.version)} AND baseline = ${baseline.id} AND segment = ${key.segment} AND signal = ${signal}`;
  const range = { from: bucketStarts(key, step)[0] ?? key.from, to: key.to };
  const rows = await lane.rows<{ t: number; counts: SparseJson }>(
    sql`SELECT intDiv(toUnixTimestamp(at) * 1000, ${step}) * ${step} AS t, sumMap(bins) AS counts
        FROM ${countsFrom('histograms', 'bins', where, range, horizon, step)} GROUP BY t ORDER BY t`,
  );
  return rows.map((row) => {
    const counts = new Array<number>(denseLength(bins)).fill(0);
    addSparse(counts, row.counts);
    return { t: row.t, counts };
  });
}

/** Segments of one tag that a comparison shows at most: the largest ones. */
const SEGMENT_LIMIT = 200;

/** Dense counts of one signal by the values of a tag, largest first. */
export async function countsBySegment(
  lane: Lane,
  key: Omit<SliceKey, 'segment'>,
  baseline: Baseline,
  signal: string,
  tag: string,
  horizon: Horizon,
): Promise<{ segment: string; counts: number[] }[]> {
  const bins = baseline.signals.find((candidate) => candidate.signal === signal);
  if (!bins) return [];
  const where = sql`model = ${key.model} ${andVersion(key.version)} AND baseline = ${baseline.id}
    AND startsWith(segment, ${`${tag}=`}) AND signal = ${signal}`;
  const rows = await lane.rows<{ segment: string; counts: SparseJson }>(
    sql`SELECT segment, sumMap(bins) AS counts
        FROM ${countsFrom('histograms', 'segment, bins', where, key, horizon)}
        GROUP BY segment ORDER BY arraySum(mapValues(counts)) DESC LIMIT ${SEGMENT_LIMIT}`,
  );
  return rows.map((row) => {
    const counts = new Array<number>(denseLength(bins)).fill(0);
    addSparse(counts, row.counts);
    return { segment: row.segment, counts };
  });
}

/** Sparse latency counts of several models over a range, by model. */
export async function latencyByModel(
  lane: Lane,
  models: readonly string[],
  range: { from: number; to: number },
  horizon: Horizon,
): Promise<Map<string, Map<number, number>>> {
  const where = sql`model IN ${models} AND baseline = '' AND segment = '' AND signal = ${LATENCY_SIGNAL}`;
  const rows = await lane.rows<{ model: string; counts: SparseJson }>(
    sql`SELECT model, sumMap(bins) AS counts
        FROM ${countsFrom('histograms', 'model, bins', where, range, horizon)} GROUP BY model`,
  );
  return new Map(rows.map((row) => [row.model, sparseCounts(row.counts)]));
}
