import { isObject } from '../events/validate.js';

type Scalar = number | string | boolean | null;

/** One row of a request or response: values by name. */
export type Row = Record<string, Scalar | number[]>;

/** Columns of one tensor become features of their own up to here; wider ones are one embedding. */
const WIDEST_TABLE = 1_024;

function scalar(value: unknown): value is Scalar {
  return (
    value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
  );
}

function numbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** Values of one tensor's row under its name: alone, or numbered. */
function spread(row: Row, name: string, values: unknown[]): void {
  if (values.length === 1) row[name] = scalar(values[0]) ? values[0] : null;
  else if (values.length > WIDEST_TABLE && numbers(values)) row[name] = values;
  else
    values.forEach((value, k) => {
      row[`${name}_${k}`] = scalar(value) ? value : null;
    });
}

/** Rows of the v1 protocol: `instances` or `predictions`, each an object, an array or a value. */
export function v1Rows(items: unknown[], name: string): Row[] {
  return items.map((item) => {
    const row: Row = {};
    if (isObject(item)) {
      for (const key of Object.keys(item)) {
        const value = item[key];
        if (scalar(value) || numbers(value)) row[key] = value;
        else if (Array.isArray(value)) spread(row, key, value.flat(8));
      }
    } else spread(row, name, Array.isArray(item) ? item.flat(8) : [item]);
    return row;
  });
}

/** Rows of the v2 protocol's tensors, whose first dimension is the batch. Null when the shapes don't fit the data. */
export function v2Rows(tensors: unknown[]): Row[] | null {
  let rows: Row[] | null = null;
  for (const tensor of tensors) {
    if (!isObject(tensor) || typeof tensor.name !== 'string' || !Array.isArray(tensor.data)) return null;
    const data: unknown[] = tensor.data.flat(8);
    const shape = Array.isArray(tensor.shape) ? tensor.shape.map(Number) : [data.length];
    const count = shape[0] ?? 1;
    // No more rows than values: a shape alone must not make us build a billion rows.
    if (!Number.isInteger(count) || count < 0 || count > data.length) return null;
    const width = count > 0 ? data.length / count : 0;
    if (!Number.isInteger(width)) return null;
    const target: Row[] = rows ?? Array.from({ length: count }, () => ({}));
    if (target.length !== count) return null;
    for (let i = 0; i < count; i++) spread(target[i]!, tensor.name, data.slice(i * width, (i + 1) * width));
    rows = target;
  }
  return rows ?? [];
}

/** Rows of a request body in either protocol; a sentence when it is neither. */
export function requestRows(body: unknown): Row[] | string {
  if (isObject(body) && Array.isArray(body.instances)) return v1Rows(body.instances, 'f');
  if (isObject(body) && Array.isArray(body.inputs))
    return (
      v2Rows(body.inputs) ??
      'The tensors of "inputs" do not share one batch size, or lack name, shape or data'
    );
  return 'An inference request has "instances" (v1 protocol) or "inputs" (v2 protocol)';
}

export interface Outcome {
  prediction?: number | string | boolean | Record<string, number>;
  score?: number;
}

const SCORE_NAME = /score|prob/i;

/** Reads one output row: a single value is the prediction; several probabilities are one by class. */
export function outcomeOf(row: Row): Outcome {
  const names = Object.keys(row);
  const outcome: Outcome = {};
  const single = names.find((name) => !SCORE_NAME.test(name) && !/_\d+$/.test(name) && row[name] !== null);
  const value = single === undefined ? null : row[single]!;
  if (scalar(value) && value !== null) outcome.prediction = value;
  const score = names.find((name) => SCORE_NAME.test(name) && typeof row[name] === 'number');
  const shares = names.flatMap((name): [string, number][] => {
    const share = row[name];
    const index = /_(\d+)$/.exec(name)?.[1];
    return index !== undefined && typeof share === 'number' && share >= 0 && share <= 1
      ? [[index, share]]
      : [];
  });
  if (outcome.prediction === undefined && shares.length > 1) outcome.prediction = Object.fromEntries(shares);
  else if (outcome.prediction === undefined && names.length > 0 && typeof row[names[0]!] === 'number')
    outcome.prediction = row[names[0]!] as number;
  if (score !== undefined) outcome.score = row[score] as number;
  return outcome;
}

/** Outcomes of a response body in either protocol; a sentence when it is neither. */
export function responseOutcomes(body: unknown): Outcome[] | string {
  if (isObject(body) && Array.isArray(body.predictions))
    return v1Rows(body.predictions, 'prediction').map(outcomeOf);
  if (isObject(body) && Array.isArray(body.outputs))
    return (
      v2Rows(body.outputs)?.map(outcomeOf) ??
      'The tensors of "outputs" do not share one batch size, or lack name, shape or data'
    );
  return 'An inference response has "predictions" (v1 protocol) or "outputs" (v2 protocol)';
}
