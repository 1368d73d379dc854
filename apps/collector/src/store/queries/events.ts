import type { EventPage, StoredEvent } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import type { FeatureOrder, FeaturePlace } from '../features.js';
import { join, moment, raw, type Sql, sql } from '../sql.js';
import { andVersion, type Range } from './slice.js';

/** Serve's `EventQuery`. */
export interface EventQuery extends Range {
  model: string;
  version?: string;
  id?: string;
  tags: { tag: string; value: string }[];
  features: { name: string; op: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'missing'; value: string }[];
  limit: number;
  cursor?: string;
}

/** Matches are counted up to here; a person can't page through more. */
const COUNT_LIMIT = 1_000_000;

interface Row {
  model: string;
  version: string;
  id: string;
  ts_ms: number;
  numeric: (number | null)[];
  categorical: (string | null)[];
  embeddings: number[][];
  prediction: number | null;
  prediction_class: string | null;
  probabilities: Record<string, number>;
  score: number | null;
  latency_ms: number | null;
  error: string | null;
  tags: Record<string, string>;
  tokens_input: number | null;
  tokens_output: number | null;
}

/** A page of raw events, newest first, with their labels. */
export async function findEvents(lane: Lane, query: EventQuery, order: FeatureOrder): Promise<EventPage> {
  const where = sql`model = ${query.model} ${andVersion(query.version)}
    AND ts >= ${moment(query.from)} AND ts < ${moment(query.to)} ${filters(query, order)}`;
  const after = query.cursor === undefined ? sql`` : sql`AND ${behind(query.cursor)}`;
  const rows = await lane.rows<Row>(
    sql`SELECT model, version, id, toUnixTimestamp64Milli(ts) AS ts_ms, numeric, categorical, embeddings, prediction,
          prediction_class, probabilities, score, latency_ms, error, tags, tokens_input, tokens_output
        FROM events WHERE ${where} ${after}
        ORDER BY ts DESC, id DESC, version DESC LIMIT ${query.limit + 1}
        SETTINGS query_plan_max_limit_for_lazy_materialization = 10001`,
  );
  const matched = await lane.rows<{ n: number }>(
    sql`SELECT count() AS n FROM (SELECT 1 FROM events WHERE ${where} LIMIT ${COUNT_LIMIT})`,
  );
  const page = rows.slice(0, query.limit);
  const labels = await labelsOf(
    lane,
    query.model,
    page.map((row) => row.id),
  );
  const last = page[page.length - 1];
  return {
    events: page.map((row) => toEvent(row, order, labels.get(row.id) ?? null)),
    next: rows.length > query.limit && last ? cursorOf(last) : null,
    matched: matched[0]?.n ?? 0,
  };
}

function filters(query: EventQuery, order: FeatureOrder): Sql {
  const parts: Sql[] = [];
  if (query.id !== undefined) parts.push(sql`id = ${query.id}`);
  for (const { tag, value } of query.tags) parts.push(sql`tags[${tag}] = ${value}`);
  for (const filter of query.features) parts.push(featureFilter(filter, order.places.get(filter.name)));
  return parts.length === 0 ? sql`` : sql`AND ${join(parts, ' AND ')}`;
}

function featureFilter(filter: EventQuery['features'][number], place: FeaturePlace | undefined): Sql {
  const { op, value } = filter;
  // A feature that no event ever carried is missing in all of them.
  if (!place) return op === 'missing' ? sql`1` : sql`0`;
  const at = place.position + 1;
  if (place.kind === 'embedding') return op === 'missing' ? sql`empty(embeddings[${at}])` : sql`0`;
  if (place.kind === 'categorical') {
    // Beyond an array's end the element is its default, which is NULL here.
    const element = sql`categorical[${at}]`;
    return op === 'missing' ? sql`isNull(${element})` : sql`(${element} ${raw(op)} ${value}) = 1`;
  }
  const present = sql`(length(numeric) >= ${at} AND NOT isNaN(numeric[${at}]))`;
  if (op === 'missing') return sql`NOT ${present}`;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return sql`0`;
  return sql`(${present} AND numeric[${at}] ${raw(op)} ${number})`;
}

function cursorOf(row: Row): string {
  return Buffer.from(JSON.stringify([row.ts_ms, row.id, row.version])).toString('base64url');
}

function behind(cursor: string): Sql {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parsed = null;
  }
  if (
    !Array.isArray(parsed) ||
    typeof parsed[0] !== 'number' ||
    typeof parsed[1] !== 'string' ||
    typeof parsed[2] !== 'string'
  )
    return sql`0`;
  const ts = moment(parsed[0]);
  return sql`(ts < ${ts} OR (ts = ${ts} AND (id, version) < (${parsed[1]}, ${parsed[2]})))`;
}

interface Label {
  label: number | string | null;
  at: number;
}

async function labelsOf(lane: Lane, model: string, ids: readonly string[]): Promise<Map<string, Label>> {
  if (ids.length === 0) return new Map();
  const rows = await lane.rows<{ id: string; n: number | null; c: string | null; at: number }>(
    sql`SELECT id, argMax(number, ts) AS n, argMax(tuple(class), ts).1 AS c, toUnixTimestamp64Milli(max(ts)) AS at
        FROM labels WHERE model = ${model} AND id IN ${ids} GROUP BY id`,
  );
  return new Map(rows.map((row) => [row.id, { label: row.n ?? row.c, at: row.at }]));
}

function toEvent(row: Row, order: FeatureOrder, label: Label | null): StoredEvent {
  const features: StoredEvent['features'] = {};
  for (const place of order.places.values()) {
    const value =
      place.kind === 'numeric'
        ? row.numeric[place.position]
        : place.kind === 'categorical'
          ? row.categorical[place.position]
          : row.embeddings[place.position];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    features[place.name] = value;
  }
  const tokens =
    row.tokens_input === null && row.tokens_output === null
      ? null
      : { input: row.tokens_input ?? 0, output: row.tokens_output ?? 0 };
  const classes = Object.keys(row.probabilities).length > 0;
  return {
    model: row.model,
    version: row.version,
    id: row.id,
    ts: new Date(row.ts_ms).toISOString(),
    features,
    prediction: classes ? row.probabilities : (row.prediction_class ?? row.prediction),
    score: row.score,
    latency_ms: row.latency_ms,
    error: row.error,
    tags: row.tags,
    tokens,
    label: label?.label ?? null,
    label_ts: label ? new Date(label.at).toISOString() : null,
  };
}
