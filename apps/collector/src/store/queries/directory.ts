import type { Marker } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { moment, sql } from '../sql.js';
import type { Range } from './slice.js';

const SEGMENT_LIMIT = 1_000;
const MARKER_LIMIT = 1_000;

/** Every model that ever had events or labels counted. */
export async function modelNames(lane: Lane): Promise<string[]> {
  const rows = await lane.rows<{ model: string }>(
    sql`SELECT DISTINCT model FROM (SELECT model FROM traffic UNION ALL SELECT model FROM traffic_hour
        UNION ALL SELECT model FROM features UNION ALL SELECT model FROM baselines) ORDER BY model`,
  );
  return rows.map((row) => row.model);
}

/** Segments of a model that had events, the busiest first. */
export async function segmentNames(lane: Lane, model: string): Promise<string[]> {
  const rows = await lane.rows<{ segment: string }>(
    sql`SELECT segment FROM traffic WHERE model = ${model} AND segment != ''
        GROUP BY segment HAVING sum(requests) > 0 ORDER BY sum(requests) DESC, segment LIMIT ${SEGMENT_LIMIT}`,
  );
  return rows.map((row) => row.segment);
}

/** First events of versions, deploys and activated baselines in a range, oldest first. */
export async function markers(lane: Lane, model: string, range: Range): Promise<Marker[]> {
  const versionsAsked = lane.rows<{ version: string; at: number }>(
    sql`SELECT version, toUnixTimestamp(min(t)) * 1000 AS at FROM (
          SELECT version, minute AS t FROM traffic WHERE model = ${model} AND segment = '' AND requests > 0
          UNION ALL SELECT version, hour AS t FROM traffic_hour WHERE model = ${model} AND segment = '' AND requests > 0)
        GROUP BY version HAVING at >= ${range.from} AND at < ${range.to} ORDER BY at LIMIT ${MARKER_LIMIT}`,
  );
  const entriesAsked = lane.rows<{ kind: string; at_ms: number; body: string }>(
    sql`SELECT kind, toUnixTimestamp64Milli(j.at) AS at_ms, body FROM journal AS j
        WHERE model = ${model} AND kind IN ('deploy', 'baseline_activated')
          AND j.at >= ${moment(range.from)} AND j.at < ${moment(range.to)} ORDER BY seq LIMIT ${MARKER_LIMIT}`,
  );
  const [versions, entries] = await Promise.all([versionsAsked, entriesAsked]);
  const found: Marker[] = versions.map((row) => ({
    at: new Date(row.at).toISOString(),
    kind: 'version',
    text: `version ${row.version}`,
  }));
  for (const entry of entries) {
    const body = JSON.parse(entry.body) as Record<string, unknown> | null;
    found.push(
      entry.kind === 'deploy'
        ? { at: new Date(entry.at_ms).toISOString(), kind: 'deploy', text: String(body?.text ?? 'deploy') }
        : {
            at: new Date(entry.at_ms).toISOString(),
            kind: 'baseline',
            text: `baseline ${String(body?.name ?? body?.baseline ?? '')}`.trim(),
          },
    );
  }
  return found.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Rows and bytes on disk of every table. */
export function tableSizes(lane: Lane): Promise<{ table: string; rows: number; bytes: number }[]> {
  return lane.rows(
    sql`SELECT t.name AS table, toUInt64(sum(p.rows)) AS rows, toUInt64(sum(p.bytes_on_disk)) AS bytes
        FROM system.tables AS t LEFT JOIN (
          SELECT table, rows, bytes_on_disk FROM system.parts WHERE active AND database = currentDatabase()) AS p
          ON p.table = t.name
        WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree' GROUP BY t.name ORDER BY t.name`,
  );
}
