import type { Lane } from '../engine/lane.js';
import { type Sql, second, sql } from '../sql.js';
import { HOUR_MS } from '../types.js';
import { eventsWhere, type SliceKey } from './slice.js';

/** Performance of one bucket; metrics are null where they can't be told. */
export interface PerformanceBucket {
  t: number;
  events: number;
  labelled: number;
  metrics: Record<string, number | null>;
  sums: PerformanceSums;
}

/** What the metrics were computed from, and what tells how sure they are. */
export interface PerformanceSums {
  /** Rows with a number predicted and a number as label, and power sums of the miss (prediction − label). */
  regression: number;
  signed: number;
  absolute: number;
  squared: number;
  signed3: number;
  absolute3: number;
  power4: number;
  power6: number;
  /** Rows with a class predicted and a label. */
  classified: number;
  correct: number;
  tp: number;
  fp: number;
  fn: number;
  auc: number | null;
  /** Rows with a score and a positive or negative label, as far as the AUC saw them. */
  positives: number;
  negatives: number;
  /** Rows with a calibrated score, and power sums of the chance of the likelier class. */
  estimable: number;
  estimated: number;
  estimated2: number;
  estimated3: number;
}

interface Row extends PerformanceSums {
  t: number;
  events: number;
  labelled: number;
}

/**
 * Events that one question joins with labels; of more a fixed share is taken, the same ids on both sides. Fewer fit into
 * memory for sure, and are joined the faster way.
 */
const JOIN_LIMIT = 1_000_000;
/** Scores that an AUC is computed from. */
const AUC_SAMPLE = 20_000;
const POSITIVE = ['1', 'true', 'True', 'TRUE', 'yes', 'positive'];

/**
 * Realised performance by bucket, with the share of events that have a label, and accuracy as estimated from
 * calibrated scores without labels (the mean probability of the more likely class).
 */
export async function performanceBuckets(
  lane: Lane,
  key: SliceKey,
  stepMs: number,
  origin = 0,
  limit = JOIN_LIMIT,
): Promise<PerformanceBucket[]> {
  const where = eventsWhere(key);
  const counted = await lane.rows<{ n: number }>(sql`SELECT count() AS n FROM events WHERE ${where}`);
  const events = counted[0]?.n ?? 0;
  if (events === 0) return [];
  const share = Math.ceil(events / limit);
  const sample = (id: Sql) => (share === 1 ? sql`` : sql`AND cityHash64(${id}) % ${share} = 0`);
  const positive = (text: Sql) => sql`${text} IN ${POSITIVE}`;
  const rows = await lane.rows<Row>(
    sql`WITH l.known = 1 AS has_label,
          if(isNaN(l.number), ifNull(l.class, ''), toString(l.number)) AS truth,
          ifNull(e.prediction_class, '') AS guess,
          (NOT isNaN(e.score) AND e.score >= 0 AND e.score <= 1) AS has_score,
          (has_label AND NOT isNaN(e.prediction) AND NOT isNaN(l.number) AND guess = '') AS is_regression,
          (has_label AND guess != '') AS is_class,
          (${positive(sql`truth`)}) AS is_positive,
          (${positive(sql`guess`)}) AS says_positive,
          (e.prediction - l.number) AS miss, greatest(e.score, 1 - e.score) AS likelier
        SELECT intDiv(toUnixTimestamp64Milli(e.ts) - ${origin}, ${stepMs}) * ${stepMs} + ${origin} AS t,
          count() AS events, countIf(has_label) AS labelled,
          countIf(is_regression) AS regression,
          sumIf(abs(miss), is_regression) AS absolute, sumIf(miss * miss, is_regression) AS squared,
          sumIf(miss, is_regression) AS signed, sumIf(pow(miss, 3), is_regression) AS signed3,
          sumIf(pow(abs(miss), 3), is_regression) AS absolute3,
          sumIf(pow(miss, 4), is_regression) AS power4, sumIf(pow(miss, 6), is_regression) AS power6,
          countIf(is_class) AS classified, countIf(is_class AND guess = truth) AS correct,
          countIf(is_class AND says_positive AND is_positive) AS tp,
          countIf(is_class AND says_positive AND NOT is_positive) AS fp,
          countIf(is_class AND NOT says_positive AND is_positive) AS fn,
          groupArraySampleIf(${AUC_SAMPLE}, 1)((e.score, is_positive), has_label AND has_score) AS scored,
          if(arrayExists(x -> x.2, scored) AND arrayExists(x -> NOT x.2, scored),
             arrayROCAUC(scored.1, arrayMap(x -> toUInt8(x), scored.2)), NULL) AS auc,
          arrayCount(x -> x.2, scored) AS positives, length(scored) - positives AS negatives,
          countIf(has_score) AS estimable, sumIf(likelier, has_score) AS estimated,
          sumIf(pow(likelier, 2), has_score) AS estimated2, sumIf(pow(likelier, 3), has_score) AS estimated3
        FROM (SELECT id, ts, prediction, prediction_class, score FROM events WHERE ${where} ${sample(sql`id`)}) AS e
        LEFT JOIN (
          SELECT id, argMax(number, ts) AS number, argMax(class, ts) AS class, 1 AS known FROM labels
          WHERE model = ${key.model} AND received_at >= ${second(key.from - HOUR_MS)} ${sample(sql`id`)}
          GROUP BY id) AS l ON e.id = l.id
        GROUP BY t ORDER BY t
        SETTINGS join_use_nulls = 0, join_algorithm = ${limit < JOIN_LIMIT ? 'hash' : 'grace_hash,hash'}`,
  );
  return rows.map(({ t, events: seen, labelled, ...sums }) => ({
    t,
    events: seen * share,
    labelled: labelled * share,
    metrics: metricsOf(sums, part(labelled, seen)),
    sums,
  }));
}

function part(a: number, b: number): number | null {
  return b === 0 ? null : a / b;
}

function metricsOf(row: PerformanceSums, labelCoverage: number | null): Record<string, number | null> {
  const precision = part(row.tp, row.tp + row.fp);
  const recall = part(row.tp, row.tp + row.fn);
  return {
    label_coverage: labelCoverage,
    mae: part(row.absolute, row.regression),
    rmse: row.regression === 0 ? null : Math.sqrt(row.squared / row.regression),
    bias: part(row.signed, row.regression),
    accuracy: part(row.correct, row.classified),
    precision,
    recall,
    f1: part(2 * row.tp, 2 * row.tp + row.fp + row.fn),
    auc: row.auc,
    estimated_accuracy: part(row.estimated, row.estimable),
  };
}
