import { LATENCY_SIGNAL } from '@leeway/contract';
import { type SparseJson, sparseCounts } from '../counts.js';
import type { Lane } from '../engine/lane.js';
import { second, sql } from '../sql.js';
import type { OperationalWindow } from './operational.js';

/**
 * Operational figures of every version and segment of many models over `[from, to)` in two queries, on minute
 * boundaries. Performance is left out: joining labels is asked for model by model.
 */
export async function operationalFleet(
  lane: Lane,
  models: readonly string[],
  from: number,
  to: number,
): Promise<OperationalWindow[]> {
  if (models.length === 0) return [];
  const within = sql`model IN ${models} AND minute >= ${second(from)} AND minute < ${second(to)}`;
  const rows = await lane.rows<
    Omit<OperationalWindow, 'latency' | 'performance' | 'performanceSums' | 'labelled' | 'from' | 'to'>
  >(
    sql`SELECT model, version, segment, sum(t.requests) AS requests, sum(t.errors) AS errors,
          sum(t.rejected) AS rejected, sum(t.anomalies) AS anomalies, sum(tokens_input) AS tokensInput,
          sum(tokens_output) AS tokensOutput
        FROM traffic AS t WHERE ${within} GROUP BY model, version, segment ORDER BY model, version, segment`,
  );
  const latencies = await lane.rows<{ model: string; version: string; segment: string; counts: SparseJson }>(
    sql`SELECT model, version, segment, sumMap(bins) AS counts FROM histograms
        WHERE ${within} AND baseline = '' AND signal = ${LATENCY_SIGNAL} GROUP BY model, version, segment`,
  );
  const key = (row: { model: string; version: string; segment: string }) =>
    `${row.model}\0${row.version}\0${row.segment}`;
  const bySlice = new Map(latencies.map((row) => [key(row), sparseCounts(row.counts)]));
  return rows.map((row) => ({
    ...row,
    from,
    to,
    latency: bySlice.get(key(row)) ?? new Map<number, number>(),
    performance: {},
    performanceSums: null,
    labelled: 0,
  }));
}
