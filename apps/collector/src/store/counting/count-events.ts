import {
  LATENCY_SIGNAL,
  PREDICTION_SIGNAL,
  SCORE_SIGNAL,
  type SignalBins,
  signalFeature,
} from '@leeway/contract';
import { LATENCY_FLOOR_MS, LATENCY_GROWTH, LATENCY_LAST_BIN } from '@leeway/stats';
import type { FeatureOrder } from '../features.js';
import { array, identifier, join, quoted, raw, type Sql, sql } from '../sql.js';
import type { CountingPlan } from '../types.js';
import { embeddingNumber, numberText, withJointNumber } from './derived-number.js';

/** Roles whose values an event doesn't carry as such; ingest doesn't count them either. */
const NOT_COUNTED = new Set(['latency', 'label']);

/** Signals of a plan that are counted per event. */
export function countedSignals(plan: CountingPlan): SignalBins[] {
  return plan.signals.filter((signal) => !NOT_COUNTED.has(signal.role));
}

const JOINT_COLUMN = '@joint';

/** The rows of `events` that `where` picks, as a table expression, with what the signals' bins need beside columns. */
export function countedRows(signals: readonly SignalBins[], order: FeatureOrder, where: Sql): Sql {
  const rows = sql`(SELECT * FROM events WHERE ${where})`;
  const joint = signals.find((signal) => signal.joint)?.joint;
  if (!joint) return rows;
  const features = joint.signals.map((name) => featureNumber(name, order));
  return withJointNumber(joint, features, rows, JOINT_COLUMN);
}

/**
 * The bin of one signal as an expression over a row of `countedRows`: the same place in the dense layout that ingest
 * finds with `compileNumericBinner` and `compileCategoricalBinner`. `alias` names the value within the query.
 */
export function binExpression(signal: SignalBins, order: FeatureOrder, alias: string): Sql {
  const numeric = signal.kind === 'numeric' || signal.kind === 'embedding';
  return binOf(signal, numeric ? numberOf(signal, order, alias) : textOf(signal, order), alias);
}

/** The bin of a value: a Float64 (NaN = missing) for numeric signals, a Nullable(String) for categorical ones. */
export function binOf(signal: SignalBins, value: Sql, alias: string): Sql {
  return signal.kind === 'numeric' || signal.kind === 'embedding'
    ? numericBin(signal, value, raw(alias))
    : categoricalBin(signal, value, raw(alias));
}

function numberOf(signal: SignalBins, order: FeatureOrder, alias: string): Sql {
  if (signal.joint) return identifier(JOINT_COLUMN);
  if (signal.signal === PREDICTION_SIGNAL) return sql`prediction`;
  if (signal.signal === SCORE_SIGNAL) return sql`score`;
  if (signal.kind !== 'embedding') return featureNumber(signal.signal, order);
  const place = order.places.get(signalFeature(signal.signal) ?? '');
  if (place?.kind !== 'embedding') return sql`nan`;
  const at = place.position + 1;
  return signal.embedding
    ? embeddingNumber(signal.embedding, sql`embeddings[${at}]`, alias)
    : sql`if(length(embeddings) >= ${at} AND notEmpty(embeddings[${at}]), sqrt(arraySum(x -> toFloat64(x) * x, embeddings[${at}])), nan)`;
}

function featureNumber(signal: string, order: FeatureOrder): Sql {
  const place = order.places.get(signalFeature(signal) ?? '');
  if (!place) return sql`nan`;
  const at = place.position + 1;
  // Beyond an array's end the element is 0, which is a value; so the length is asked first.
  return place.kind === 'numeric' ? sql`if(length(numeric) >= ${at}, numeric[${at}], nan)` : sql`nan`;
}

function textOf(signal: SignalBins, order: FeatureOrder): Sql {
  if (signal.signal === PREDICTION_SIGNAL)
    return sql`if(isNull(prediction_class) AND NOT isNaN(prediction), ${numberText(sql`prediction`)}, toString(prediction_class))`;
  if (signal.signal === SCORE_SIGNAL) return sql`if(isNaN(score), NULL, ${numberText(sql`score`)})`;
  const place = order.places.get(signalFeature(signal.signal) ?? '');
  if (!place || place.kind === 'embedding') return sql`CAST(NULL, 'Nullable(String)')`;
  const at = place.position + 1;
  if (place.kind === 'categorical') return sql`toString(categorical[${at}])`;
  return sql`if(length(numeric) >= ${at} AND NOT isNaN(numeric[${at}]), ${numberText(sql`numeric[${at}]`)}, NULL)`;
}

function numericBin(signal: SignalBins, value: Sql, v: Sql): Sql {
  const above = signal.edges.length + 3;
  const min = signal.min ?? -Number.MAX_VALUE;
  const max = signal.max ?? Number.MAX_VALUE;
  const first = signal.edges[0];
  // `roundDown` searches by halving; `transform` turns the edge it finds into the edge's number.
  const edges = sql`CAST(${array(signal.edges)}, 'Array(Float64)')`;
  const numbers = array(signal.edges.map((_, i) => i + 1));
  const regular =
    first === undefined
      ? sql`2`
      : sql`if(${v} < ${first}, 2, 2 + transform(roundDown(${v}, ${edges}), ${edges}, ${numbers}, 0))`;
  return sql`toUInt16(multiIf(isNaN(${value} AS ${v}), 0, ${v} < ${min}, 1, ${v} > ${max}, ${above}, ${regular}))`;
}

function categoricalBin(signal: SignalBins, value: Sql, v: Sql): Sql {
  const other = signal.categories.length + 1;
  const names = [...signal.categories, ...(signal.tail ?? [])];
  const places = names.map((_, i) => Math.min(i + 1, other));
  const known =
    names.length === 0
      ? sql`${other + 1}`
      : sql`transform(ifNull(${v}, ''), ${array(names)}, ${array(places)}, ${other + 1})`;
  return sql`toUInt16(if(isNull(${value} AS ${v}), 0, ${known}))`;
}

/** `['', 'region=eu', …]` of a row: the whole, and one segment per tag of the plan that the event carries. */
function segmentsOf(plan: CountingPlan): Sql {
  const parts = plan.segmentTags.map(
    (tag) => sql`if(mapContains(tags, ${tag}), [concat(${`${tag}=`}, tags[${tag}])], [])`,
  );
  return parts.length === 0 ? sql`['']` : sql`arrayConcat([''], ${join(parts, ', ')})`;
}

/** Signals whose bins one pass over the events computes; the expression's text grows with it. */
const SIGNALS_AT_ONCE = 200;

/** A SELECT of `version, baseline, segment, signal, minute, bins`, and which stored counts it is the truth of. */
export interface CountSelect {
  baseline: string;
  signals: readonly string[];
  select: Sql;
}

/** Counts of the rows of `events` that `where` picks; together the SELECTs count every signal of the plan. */
export function countSelects(plan: CountingPlan, order: FeatureOrder, where: Sql): CountSelect[] {
  const signals = countedSignals(plan);
  const selects: CountSelect[] = [
    { baseline: '', signals: [LATENCY_SIGNAL], select: latencySelect(plan, where) },
  ];
  if (plan.baseline === null) return selects;
  for (let from = 0; from < signals.length; from += SIGNALS_AT_ONCE) {
    const part = signals.slice(from, from + SIGNALS_AT_ONCE);
    const bins = join(
      part.map((signal, i) => binExpression(signal, order, `v${i}`)),
      ',\n',
    );
    const names = part.map((signal) => signal.signal);
    selects.push({
      baseline: plan.baseline,
      signals: names,
      select: sql`SELECT version, ${plan.baseline} AS baseline, segment, ${array(names)}[place] AS signal, minute,
            CAST((groupArray(bin), groupArray(n)), 'Map(UInt16, Int64)') AS bins
          FROM (
            SELECT version, segment, minute, place, bin, toInt64(count()) AS n
            FROM (
              SELECT version, minute, segment, row_bins FROM (
                SELECT version, toStartOfMinute(ts) AS minute, ${segmentsOf(plan)} AS segments, [${bins}] AS row_bins
                FROM ${countedRows(part, order, where)}) ARRAY JOIN segments AS segment)
            ARRAY JOIN row_bins AS bin, arrayEnumerate(row_bins) AS place
            GROUP BY version, segment, minute, place, bin)
          GROUP BY version, segment, minute, place`,
    });
  }
  return selects;
}

function latencySelect(plan: CountingPlan, where: Sql): Sql {
  const bin = sql`toUInt16(least(${LATENCY_LAST_BIN}, greatest(0, ceil(log(latency_ms / ${LATENCY_FLOOR_MS}) / log(${LATENCY_GROWTH})))))`;
  return sql`SELECT version, '' AS baseline, segment, ${LATENCY_SIGNAL} AS signal, minute,
      CAST((groupArray(bin), groupArray(n)), 'Map(UInt16, Int64)') AS bins
    FROM (
      SELECT version, segment, minute, bin, toInt64(count()) AS n
      FROM (SELECT version, toStartOfMinute(ts) AS minute, ${segmentsOf(plan)} AS segments, ${bin} AS bin
            FROM events WHERE ${where} AND NOT isNaN(latency_ms))
      ARRAY JOIN segments AS segment GROUP BY version, segment, minute, bin)
    GROUP BY version, segment, minute`;
}

/** SELECT of `version, segment, minute` and the sums of `traffic` that events can tell. */
export function trafficSelect(plan: CountingPlan, where: Sql): Sql {
  return sql`SELECT version, segment, minute, toInt64(count()) AS requests, toInt64(countIf(failed)) AS errors,
      toInt64(sum(tokens_in)) AS tokens_input, toInt64(sum(tokens_out)) AS tokens_output
    FROM (SELECT version, toStartOfMinute(ts) AS minute, ${segmentsOf(plan)} AS segments, isNotNull(error) AS failed,
            ifNull(tokens_input, 0) AS tokens_in, ifNull(tokens_output, 0) AS tokens_out
          FROM events WHERE ${where})
    ARRAY JOIN segments AS segment GROUP BY version, segment, minute`;
}

/** Condition on stored counts: the whole, or a segment of a tag that the plan counts. */
export function plannedSegments(plan: CountingPlan): Sql {
  const parts = [
    sql`segment = ''`,
    ...plan.segmentTags.map((tag) => raw(`startsWith(segment, ${quoted(`${tag}=`)})`)),
  ];
  return sql`(${join(parts, ' OR ')})`;
}
