import { LATENCY_SIGNAL } from '@leeway/contract';
import { type SparseJson, sparseCounts } from '../counts.js';
import type { Lane } from '../engine/lane.js';
import { second, sql } from '../sql.js';
import { type PerformanceSums, performanceBuckets } from './performance.js';

/** Alert's `OperationalWindow`. */
export interface OperationalWindow {
  model: string;
  version: string;
  segment: string;
  from: number;
  to: number;
  requests: number;
  errors: number;
  rejected: number;
  anomalies: number;
  tokensInput: number;
  tokensOutput: number;
  latency: ReadonlyMap<number, number>;
  performance: Record<string, number | null>;
  /** What `performance` was computed from; null without labels. */
  performanceSums: PerformanceSums | null;
  labelled: number;
}

/** Operational figures of every version and segment of a model over `[from, to)`, on minute boundaries. */
export async function operationalWindows(
  lane: Lane,
  model: string,
  from: number,
  to: number,
): Promise<OperationalWindow[]> {
  const within = sql`model = ${model} AND minute >= ${second(from)} AND minute < ${second(to)}`;
  const rows = await lane.rows<
    Omit<
      OperationalWindow,
      'latency' | 'performance' | 'performanceSums' | 'labelled' | 'from' | 'to' | 'model'
    >
  >(
    sql`SELECT version, segment, sum(t.requests) AS requests, sum(t.errors) AS errors, sum(t.rejected) AS rejected,
          sum(t.anomalies) AS anomalies, sum(tokens_input) AS tokensInput, sum(tokens_output) AS tokensOutput
        FROM traffic AS t WHERE ${within} GROUP BY version, segment ORDER BY version, segment`,
  );
  const latencies = await lane.rows<{ version: string; segment: string; counts: SparseJson }>(
    sql`SELECT version, segment, sumMap(bins) AS counts FROM histograms
        WHERE ${within} AND baseline = '' AND signal = ${LATENCY_SIGNAL} GROUP BY version, segment`,
  );
  const bySlice = new Map(
    latencies.map((row) => [`${row.version}\0${row.segment}`, sparseCounts(row.counts)]),
  );
  const anyLabel = await lane.rows<{ n: number }>(
    sql`SELECT count() AS n FROM (SELECT 1 FROM labels WHERE model = ${model} LIMIT 1)`,
  );
  const windows: OperationalWindow[] = [];
  for (const row of rows) {
    // Joining labels is the dear part: it is done for whole versions, and only where labels come at all.
    const joined =
      anyLabel[0]?.n && row.segment === ''
        ? await performanceBuckets(
            lane,
            { model, version: row.version, segment: '', from, to },
            to - from,
            from,
          )
        : [];
    windows.push({
      ...row,
      model,
      from,
      to,
      latency: bySlice.get(`${row.version}\0${row.segment}`) ?? new Map<number, number>(),
      performance: joined[0]?.metrics ?? {},
      performanceSums: joined[0]?.sums ?? null,
      labelled: joined[0]?.labelled ?? 0,
    });
  }
  return windows;
}
