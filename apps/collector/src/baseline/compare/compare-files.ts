import {
  type BaselineOptions,
  type ComparedSignal,
  type Comparison,
  featureSignal,
  type LeftOut,
  MULTIVARIATE_SIGNAL,
  type SignalBins,
  VERDICT_RANK,
  worstVerdict,
} from '@leeway/contract';
import {
  compileCategoricalBinner,
  DEFAULT_JUDGE_SETTINGS,
  type JudgeInput,
  type JudgeSettings,
  judgeSignals,
  total,
} from '@leeway/stats';
import { type ChosenColumn, NAMED_CATEGORIES, TAIL_CATEGORIES } from '../choose-columns.js';
import { BaselineError } from '../error.js';
import type { ComparedFile } from '../ports.js';
import { noNumber, profileSignal } from '../signal-profile.js';
import { JOINT_COLUMNS, jointPair } from './joint-pair.js';
import {
  type ColumnPair,
  JOINT_ROWS,
  type NumberPair,
  type PairThreads,
  pairColumns,
} from './number-pair.js';
import { sharedColumns } from './shared-columns.js';

export interface CompareOptions {
  exclude: string[];
  kinds: BaselineOptions['kinds'];
  moderate: number;
  significant: number;
}

/** Counts of one signal on shared bins, for charts. */
export interface ComparedCounts {
  signal: SignalBins & { counts: number[] };
  current: number[];
}

export interface FileComparison extends Comparison {
  /** Worst signal first. */
  signals: ComparedSignal[];
  rows_a: number;
  rows_b: number;
  left_out: LeftOut[];
  counts: Map<string, ComparedCounts>;
}

interface Measured extends ComparedCounts {
  /** The exact statistic from the raw values; null for categories. */
  ks: number | null;
  medians?: NumberPair['medians'] | undefined;
}

/**
 * Judges file B against file A, column by column, with the engine that judges windows: A fixes the bins. Numbers are
 * compared from their raw values as well, so the Kolmogorov–Smirnov statistic is exact and not a bracket. The numeric
 * columns together are one more signal, from a sample of rows.
 *
 * One comparison stands alone, so the budget of false alerts is that of a day with one window.
 *
 * @param threads pair the columns that both files can read in other threads; without it all is done in this one
 */
export async function compareFiles(
  a: ComparedFile,
  b: ComparedFile,
  options: CompareOptions,
  threads: PairThreads | null = null,
): Promise<FileComparison> {
  const { columns, leftOut } = sharedColumns(a, b, options);
  const samples = new Map<string, ColumnPair['samples']>();
  const width = threads === null ? 1 : threads.width + 1;
  const found = await inOrder(columns, width, async (choice) => {
    if (choice.kind === 'embedding') return readVectors(a, b, choice);
    if (choice.kind !== 'numeric') return readCategories(a, b, choice);
    const { pair, samples: rows } = await readNumbers(a, b, choice.column, threads);
    samples.set(choice.column, rows);
    return pair === null ? noNumber(choice.column) : measured({ ...nameOf(choice), ...pair.bins }, pair);
  });
  const all: Measured[] = [];
  for (const one of found) {
    if ('code' in one) leftOut.push(one);
    else all.push(one);
  }
  if (all.length === 0) throw nothingToCompare(leftOut);
  const joint = await readJoint(a, b, columns, samples);
  if (joint) all.push(joint);
  const signals = judged(all, options);
  return {
    verdict: worstVerdict(signals.map((signal) => signal.verdict)),
    signals,
    rows_a: a.rows,
    rows_b: b.rows,
    left_out: leftOut,
    counts: new Map(all.map((one) => [one.signal.signal, one])),
  };
}

/** Runs `work` on up to `width` items at a time; results in the order of the items. */
async function inOrder<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

function judged(all: readonly Measured[], options: CompareOptions): ComparedSignal[] {
  const settings: JudgeSettings = {
    ...DEFAULT_JUDGE_SETTINGS,
    moderate: options.moderate,
    significant: options.significant,
    windowsPerDay: 1,
  };
  const inputs = all.map(
    ({ signal, current, medians }): JudgeInput => ({
      signal: signal.signal,
      spec: signal,
      baseline: signal.counts,
      current,
      ...(medians && { medians }),
    }),
  );
  const signals = judgeSignals(inputs, settings).map((judgement, i): ComparedSignal => {
    const { signal, ks } = all[i]!;
    const { phi: _phi, reference: _reference, ...rest } = judgement;
    return {
      ...rest,
      kind: signal.kind,
      ks_low: ks ?? judgement.ks_low,
      ks_high: ks ?? judgement.ks_high,
    };
  });
  return signals.sort(
    (x, y) =>
      VERDICT_RANK[y.verdict] - VERDICT_RANK[x.verdict] ||
      (y.psi_debiased ?? -1) - (x.psi_debiased ?? -1) ||
      (x.signal < y.signal ? -1 : 1),
  );
}

function nothingToCompare(leftOut: readonly LeftOut[]): BaselineError {
  const reasons = leftOut.slice(0, 10).map(({ column, message }) => `${column}: ${message}`);
  return new BaselineError(
    'no_usable_column',
    `The files have no column in common that can be compared. ${reasons.join('; ')}`,
  );
}

function nameOf(choice: ChosenColumn) {
  return {
    signal: featureSignal(choice.column),
    kind: choice.kind,
    role: 'feature' as const,
    categories: [],
  };
}

function measured(
  bins: SignalBins,
  pair: Pick<NumberPair, 'baseline' | 'current' | 'ks'> & Partial<Pick<NumberPair, 'medians'>>,
): Measured {
  const { baseline, current, ks, medians } = pair;
  return { signal: { ...bins, counts: baseline }, current, ks, medians };
}

async function readNumbers(
  a: ComparedFile,
  b: ComparedFile,
  column: string,
  threads: PairThreads | null,
): Promise<ColumnPair> {
  if (threads && a.plainNumbers.has(column) && b.plainNumbers.has(column)) {
    const paired = await threads.pair(column);
    // What a thread can't read is tried here, where an error says what is wrong with the file.
    if (paired !== null) return paired;
  }
  const [before, after] = await Promise.all([a.doubles(column), b.doubles(column)]);
  return pairColumns(before, after, JOINT_ROWS);
}

/** Vectors of each file; fewer when they are so long that they would take too much memory. */
export const VECTOR_ROWS = 10_000;

async function readVectors(
  a: ComparedFile,
  b: ComparedFile,
  choice: ChosenColumn,
): Promise<Measured | LeftOut> {
  const [before, after] = await Promise.all([
    a.sampleVectors(choice.column, VECTOR_ROWS),
    b.sampleVectors(choice.column, VECTOR_ROWS),
  ]);
  // Loaded with the first such column: what finds the regions is large.
  const { embeddingPair } = await import('./embedding-pair.js');
  const pair = embeddingPair(before, after);
  if (pair === null)
    return {
      column: choice.column,
      code: 'all_missing',
      message: 'has fewer than two vectors of finite numbers in A',
    };
  return measured({ ...nameOf(choice), ...pair.bins }, pair);
}

/** The numeric columns together, where there are two at least: their rows from memory where they were read before. */
async function readJoint(
  a: ComparedFile,
  b: ComparedFile,
  columns: readonly ChosenColumn[],
  samples: ReadonlyMap<string, ColumnPair['samples']>,
): Promise<Measured | null> {
  const names = columns
    .filter(({ kind }) => kind === 'numeric')
    .map(({ column }) => column)
    .slice(0, JOINT_COLUMNS);
  if (names.length < 2) return null;
  const rows = async (file: ComparedFile, side: 0 | 1) =>
    names.every((name) => file.plainNumbers.has(name))
      ? names.map((name) => samples.get(name)![side])
      : byColumn(await file.sampleRows(names, JOINT_ROWS), names.length);
  const pair = jointPair(await rows(a, 0), await rows(b, 1));
  if (pair === null) return null;
  const name = {
    signal: MULTIVARIATE_SIGNAL,
    kind: 'numeric' as const,
    role: 'joint' as const,
    categories: [],
  };
  return measured({ ...name, ...pair.bins }, pair);
}

function byColumn(rows: Float64Array, columns: number): Float64Array[] {
  const count = rows.length / columns;
  return Array.from({ length: columns }, (_, c) =>
    Float64Array.from({ length: count }, (_unused, i) => rows[i * columns + c]!),
  );
}

async function readCategories(
  a: ComparedFile,
  b: ComparedFile,
  choice: ChosenColumn,
): Promise<Measured | LeftOut> {
  const [profiled, after] = await Promise.all([
    profileSignal(a, { ...nameOf(choice), column: choice.column }),
    b.values(choice.column, NAMED_CATEGORIES + TAIL_CATEGORIES),
  ]);
  if ('leftOut' in profiled) return profiled.leftOut;
  const { signal } = profiled;
  const bin = compileCategoricalBinner(signal);
  const current = new Array<number>(signal.counts.length).fill(0);
  current[0] = after.missing;
  for (const { value, count } of after.counts) current[bin(value)]! += count;
  // Values beyond the listed ones are rare in B and more than A ever had: new ones.
  current[current.length - 1]! += b.rows - total(current);
  return { signal, current, ks: null };
}
