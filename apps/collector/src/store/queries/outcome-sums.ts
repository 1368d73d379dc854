import { OUTCOME_COUNTS, OUTCOME_SUMS } from '../schema/tables.js';
import { join, raw, type Sql, sql } from '../sql.js';

/** Labels that mean the positive class. */
const POSITIVE = ['1', 'true', 'True', 'TRUE', 'yes', 'positive'];

export type OutcomeSums = Record<(typeof OUTCOME_COUNTS)[number] | (typeof OUTCOME_SUMS)[number], number>;

export const OUTCOME_COLUMNS = raw([...OUTCOME_COUNTS, ...OUTCOME_SUMS].join(', '));

/** The sum of every column of a table of outcomes called `o`. */
export const OUTCOME_TOTALS = raw(
  [...OUTCOME_COUNTS, ...OUTCOME_SUMS].map((name) => `sum(o.${name}) AS ${name}`).join(', '),
);

/**
 * A SELECT of `groups` and the sums over the events that `where` picks, each with the newest label that came for it.
 * The columns come in the order of `OUTCOME_COLUMNS`. `groups` name the event's columns as `e.ts` and `e.version`.
 */
export function outcomeSelect(model: string, where: Sql, groups: readonly Sql[]): Sql {
  const yes = (text: Sql) => sql`${text} IN ${POSITIVE}`;
  const has = sql`(l.known = 1)`;
  const truth = sql`if(isNaN(l.number), ifNull(l.class, ''), toString(l.number))`;
  const guess = sql`ifNull(e.prediction_class, '')`;
  const regression = sql`(${has} AND NOT isNaN(e.prediction) AND NOT isNaN(l.number) AND ${guess} = '')`;
  const classified = sql`(${has} AND ${guess} != '')`;
  const scored = sql`(NOT isNaN(e.score) AND e.score >= 0 AND e.score <= 1)`;
  const counted = (condition: Sql) => sql`toInt64(countIf(${condition}))`;
  const miss = sql`(e.prediction - l.number)`;
  const sums: Record<keyof OutcomeSums, Sql> = {
    events: sql`toInt64(count())`,
    known: counted(has),
    regression: counted(regression),
    classified: counted(classified),
    correct: counted(sql`${classified} AND ${guess} = ${truth}`),
    tp: counted(sql`${classified} AND ${yes(guess)} AND ${yes(truth)}`),
    fp: counted(sql`${classified} AND ${yes(guess)} AND NOT ${yes(truth)}`),
    fn: counted(sql`${classified} AND NOT ${yes(guess)} AND ${yes(truth)}`),
    estimable: counted(scored),
    absolute: sql`sumIf(abs(${miss}), ${regression})`,
    squared: sql`sumIf(${miss} * ${miss}, ${regression})`,
    signed: sql`sumIf(${miss}, ${regression})`,
    estimated: sql`sumIf(greatest(e.score, 1 - e.score), ${scored})`,
  };
  const columns = [...OUTCOME_COUNTS, ...OUTCOME_SUMS].map((name) => sql`${sums[name]} AS ${raw(name)}`);
  const keys = groups.map((_, i) => raw(`k${i}`));
  return sql`SELECT ${join(
    groups.map((group, i) => sql`${group} AS ${raw(`k${i}`)}`),
    ', ',
  )}, ${join(columns, ', ')}
    FROM (SELECT id, version, ts, prediction, prediction_class, score FROM events WHERE ${where}) AS e
    LEFT JOIN (
      SELECT id, argMax(number, ts) AS number, argMax(tuple(class), ts).1 AS class, 1 AS known FROM labels
      WHERE model = ${model} AND id IN (SELECT id FROM events WHERE ${where})
      GROUP BY id) AS l ON e.id = l.id
    GROUP BY ${join(keys, ', ')}
    SETTINGS join_use_nulls = 0, join_algorithm = 'grace_hash,hash'`;
}

/** Metrics of summed outcomes; null where they can't be told. */
export function outcomeMetrics(sums: OutcomeSums): Record<string, number | null> {
  const part = (a: number, b: number) => (b === 0 ? null : a / b);
  return {
    label_coverage: part(sums.known, sums.events),
    mae: part(sums.absolute, sums.regression),
    rmse: sums.regression === 0 ? null : Math.sqrt(sums.squared / sums.regression),
    bias: part(sums.signed, sums.regression),
    accuracy: part(sums.correct, sums.classified),
    precision: part(sums.tp, sums.tp + sums.fp),
    recall: part(sums.tp, sums.tp + sums.fn),
    f1: part(2 * sums.tp, 2 * sums.tp + sums.fp + sums.fn),
    estimated_accuracy: part(sums.estimated, sums.estimable),
  };
}
