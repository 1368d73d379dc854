import type { BaselineOptions, LeftOut, SignalKind } from '@leeway/contract';
import { BaselineError } from './error.js';
import type { TrainingColumn, TrainingFile } from './ports.js';

/** Categories with a bin of their own, and names that share the bin `other`. */
export const NAMED_CATEGORIES = 200;
export const TAIL_CATEGORIES = 5_000;
/** Text with more distinct values than this share of its rows names rows, not groups of them. */
const IDENTIFIER_SHARE = 0.9;
const IDENTIFIER_LEAST = 100;
/** A text column with at least this share of numbers is a number column with dirt in it. */
const MIXED_SHARE = 0.05;

export interface ChosenColumn {
  column: string;
  kind: SignalKind;
}
export interface ChosenColumns {
  features: ChosenColumn[];
  prediction: ChosenColumn | null;
  score: string | null;
  latency: string | null;
  label: string | null;
  timestamp: string | null;
  leftOut: LeftOut[];
}

/**
 * Decides which columns become signals, of which kind, and says why the others don't. Pure.
 *
 * @throws BaselineError for a named column that the file doesn't have
 */
export function chooseColumns(
  file: Pick<TrainingFile, 'columns' | 'rows'>,
  options: BaselineOptions,
): ChosenColumns {
  checkNames(file, options);
  const excluded = new Set(options.exclude);
  const roles = new Map<string, string>();
  for (const role of ['timestamp', 'prediction', 'label', 'score', 'latency'] as const) {
    const column = options[role];
    if (column !== undefined) roles.set(column, role);
  }
  const chosen: ChosenColumns = {
    features: [],
    prediction: null,
    score: options.score ?? null,
    latency: options.latency ?? null,
    label: options.label ?? null,
    timestamp: options.timestamp ?? null,
    leftOut: [],
  };
  for (const column of file.columns) {
    const role = roles.get(column.name);
    if (role === 'score' || role === 'latency' || role === 'label' || role === 'timestamp') continue;
    const leave = (code: string, message: string) =>
      void chosen.leftOut.push({ column: column.name, code, message });
    if (excluded.has(column.name)) {
      leave('excluded', 'excluded as asked');
      continue;
    }
    const verdict = judgeColumn(column, saidOf(options.kinds, column.name));
    if ('code' in verdict) leave(verdict.code, verdict.message);
    else if (role === 'prediction') chosen.prediction = { column: column.name, kind: verdict.kind };
    else chosen.features.push({ column: column.name, kind: verdict.kind });
  }
  return chosen;
}

function checkNames(file: Pick<TrainingFile, 'columns'>, options: BaselineOptions): void {
  const known = new Set(file.columns.map((column) => column.name));
  const named: [string, string | undefined][] = [
    ['timestamp', options.timestamp],
    ['prediction', options.prediction],
    ['label', options.label],
    ['score', options.score],
    ['latency', options.latency],
    ...options.exclude.map((name): [string, string] => ['exclude', name]),
    ...Object.keys(options.kinds).map((name): [string, string] => ['kinds', name]),
    ...Object.keys(options.importance).map((name): [string, string] => ['importance', name]),
  ];
  for (const [option, name] of named) {
    if (name === undefined || known.has(name)) continue;
    const list = [...known].slice(0, 20).join(', ');
    throw new BaselineError(
      'unknown_column',
      `The file has no column "${name}" (${option}). Its columns: ${list}${known.size > 20 ? ', …' : ''}`,
    );
  }
}

/** What an option says of a column; columns may be called like something every object has (`constructor`). */
export function saidOf<T>(option: Record<string, T>, column: string): T | undefined {
  return Object.hasOwn(option, column) ? option[column] : undefined;
}

type Verdict = { kind: SignalKind } | { code: string; message: string };

function judgeColumn(column: TrainingColumn, wanted: SignalKind | undefined): Verdict {
  const present = column.rows - column.missing;
  if (column.type === 'unsupported')
    return { code: 'unsupported_type', message: `values of type ${column.fileType} can't be binned` };
  if (column.type === 'vector') return { kind: 'embedding' };
  if (column.type === 'time')
    return {
      code: 'timestamp',
      message: 'holds times, which always move on; name it as the timestamp to use it as the rows’ time',
    };
  if (present === 0) return { code: 'all_missing', message: 'has no value in any row' };
  if (column.distinct <= 1 && column.missing === 0)
    return { code: 'constant', message: 'has the same value in every row, so it has no distribution' };
  const kind = wanted ?? inferredKind(column);
  if (kind === 'numeric' && column.type === 'text') return mixed(column, present);
  if (kind === 'numeric' || kind === 'embedding')
    return column.type === 'number'
      ? { kind: 'numeric' }
      : { code: 'mixed_types', message: `holds ${column.type} values, which are no numbers` };
  if (kind === null) return mixed(column, present);
  return judgeCategories(column, present, kind);
}

/** Null for a mixture of numbers and other text. */
function inferredKind(column: TrainingColumn): SignalKind | null {
  if (column.type === 'number') return 'numeric';
  if (column.type === 'boolean') return 'boolean';
  const present = column.rows - column.missing;
  return column.numberLike >= present * MIXED_SHARE ? null : 'categorical';
}

function mixed(column: TrainingColumn, present: number): Verdict {
  return {
    code: 'mixed_types',
    message: `${column.numberLike.toLocaleString('en')} of ${present.toLocaleString('en')} values are numbers, the rest is text; clean it, or name its kind (categorical)`,
  };
}

function judgeCategories(column: TrainingColumn, present: number, kind: SignalKind): Verdict {
  const { distinct } = column;
  const most = NAMED_CATEGORIES + TAIL_CATEGORIES;
  if (distinct > IDENTIFIER_LEAST && distinct > present * IDENTIFIER_SHARE)
    return {
      code: 'identifier',
      message: `about ${distinct.toLocaleString('en')} distinct values in ${present.toLocaleString('en')} rows: it names rows`,
    };
  if (distinct > most) return tooManyCategories(column.name, distinct);
  return { kind };
}

/** Why a column with more values than can be told apart is left out. */
export function tooManyCategories(column: string, distinct: number | null): LeftOut {
  const most = (NAMED_CATEGORIES + TAIL_CATEGORIES).toLocaleString('en');
  const found = distinct === null ? `more than ${most}` : `about ${distinct.toLocaleString('en')}`;
  return {
    column,
    code: 'too_many_categories',
    message: `${found} distinct values; at most ${most} can be told apart. Group them first`,
  };
}
