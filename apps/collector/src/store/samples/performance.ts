import type { Performance } from '@leeway/contract';
import { sql } from '../sql.js';
import { categoryText } from './questions.js';
import { SAMPLE_SETTINGS, type Samples } from './samples.js';

interface Sums {
  n: number;
  numbers: number;
  absolute: number;
  squared: number;
  signed: number;
  classes: string[];
  correct: number;
  tp: number;
  fp: number;
  fn: number;
  auc: number | null;
}

const POSITIVE = ['1', 'true', 'True', 'TRUE', 'yes', 'positive'];
/** Labels with more values than this are numbers to be predicted, not classes. */
const MOST_CLASSES = 50;
const AUC_ROWS = 200_000;

/**
 * How good the model was on the training data, where prediction and label are both there: errors for numbers,
 * accuracy and the like for classes. Null when no row has both.
 */
export async function samplePerformance(
  samples: Samples,
  columns: { prediction: string; label: string; score: string | null },
): Promise<Performance | null> {
  const guess = categoryText(samples, columns.prediction);
  const truth = categoryText(samples, columns.label);
  const score = columns.score === null ? sql`CAST(nan, 'Nullable(Float64)')` : samples.number(columns.score);
  const isNumber = (column: string) => samples.columns.find((one) => one.name === column)?.type === 'number';
  const numeric = isNumber(columns.prediction) && isNumber(columns.label);
  const guessed = numeric ? samples.number(columns.prediction) : sql`CAST(NULL, 'Nullable(Float64)')`;
  const actual = numeric ? samples.number(columns.label) : sql`CAST(NULL, 'Nullable(Float64)')`;
  const [row] = await samples.engine.lane.rows<Sums>(
    sql`SELECT count() AS n, countIf(isFinite(p) AND isFinite(y)) AS numbers,
          sumIf(abs(p - y), isFinite(p) AND isFinite(y)) AS absolute,
          sumIf((p - y) * (p - y), isFinite(p) AND isFinite(y)) AS squared,
          sumIf(p - y, isFinite(p) AND isFinite(y)) AS signed,
          groupUniqArray(${MOST_CLASSES + 1})(truth) AS classes, countIf(guess = truth) AS correct,
          countIf(guess IN ${POSITIVE} AND truth IN ${POSITIVE}) AS tp,
          countIf(guess IN ${POSITIVE} AND truth NOT IN ${POSITIVE}) AS fp,
          countIf(guess NOT IN ${POSITIVE} AND truth IN ${POSITIVE}) AS fn,
          groupArraySampleIf(${AUC_ROWS}, 1)((s, truth IN ${POSITIVE}), isFinite(s)) AS scored,
          if(arrayExists(x -> x.2, scored) AND arrayExists(x -> NOT x.2, scored),
             arrayROCAUC(scored.1, arrayMap(x -> toUInt8(x), scored.2)), NULL) AS auc
        FROM (SELECT assumeNotNull(g) AS guess, assumeNotNull(t) AS truth, ifNull(p0, nan) AS p, ifNull(y0, nan) AS y, ifNull(s0, nan) AS s
          FROM (SELECT ${guess} AS g, ${truth} AS t, ${guessed} AS p0, ${actual} AS y0, ${score} AS s0 FROM ${samples.source})
          WHERE isNotNull(g) AND isNotNull(t)) ${SAMPLE_SETTINGS}`,
  );
  if (!row || row.n === 0) return null;
  return toPerformance(row, numeric);
}

function toPerformance(row: Sums, numeric: boolean): Performance {
  const part = (a: number, b: number) => (b === 0 ? null : a / b);
  const whole = row.classes.length <= 2 && row.classes.every((value) => value === '0' || value === '1');
  if (numeric && !whole)
    return {
      task: 'regression',
      n: row.numbers,
      metrics: {
        mae: part(row.absolute, row.numbers),
        rmse: row.numbers === 0 ? null : Math.sqrt(row.squared / row.numbers),
        bias: part(row.signed, row.numbers),
      },
    };
  const accuracy = part(row.correct, row.n);
  const binary = row.classes.length <= 2 && row.classes.some((value) => POSITIVE.includes(value));
  if (!binary) return { task: 'multiclass', n: row.n, metrics: { accuracy } };
  return {
    task: 'binary',
    n: row.n,
    metrics: {
      accuracy,
      precision: part(row.tp, row.tp + row.fp),
      recall: part(row.tp, row.tp + row.fn),
      f1: part(2 * row.tp, 2 * row.tp + row.fp + row.fn),
      auc: row.auc,
    },
  };
}
