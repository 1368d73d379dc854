import {
  BaselineOptions,
  type ComparedSignal,
  type Comparison,
  featureSignal,
  type LeftOut,
  VERDICT_RANK,
  worstVerdict,
} from '@leeway/contract';
import {
  compileCategoricalBinner,
  DEFAULT_JUDGE_SETTINGS,
  type JudgeInput,
  type JudgeSettings,
  judgeSignals,
  ksOfSorted,
  total,
} from '@leeway/stats';
import { type ChosenColumn, chooseColumns, NAMED_CATEGORIES, TAIL_CATEGORIES } from '../choose-columns.js';
import { BaselineError } from '../error.js';
import type { TrainingFile } from '../ports.js';
import {
  countSorted,
  noNumber,
  type ProfiledSignal,
  profileNumbers,
  profileSignal,
} from '../signal-profile.js';

export interface CompareOptions {
  exclude: string[];
  kinds: BaselineOptions['kinds'];
  moderate: number;
  significant: number;
}

/** Counts of one signal on shared bins, for charts. */
export interface ComparedCounts {
  signal: ProfiledSignal;
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

interface Measured {
  input: JudgeInput;
  counts: ComparedCounts;
  /** The exact statistic from the raw values; null for categories. */
  ks: number | null;
}

/**
 * Judges file B against file A, column by column, with the engine that judges windows: A fixes the bins. Numbers are
 * compared from their raw values as well, so the Kolmogorov–Smirnov statistic is exact and not a bracket.
 *
 * One comparison stands alone, so the budget of false alerts is that of a day with one window.
 */
export async function compareFiles(
  a: TrainingFile,
  b: TrainingFile,
  options: CompareOptions,
): Promise<FileComparison> {
  const { columns, leftOut } = sharedColumns(a, b, options);
  const measured: Measured[] = [];
  // The next column is read while this one is counted.
  let next = columns[0] && read(a, b, columns[0]);
  for (let i = 0; i < columns.length; i++) {
    const reading = next!;
    next = columns[i + 1] && read(a, b, columns[i + 1]!);
    next?.catch(() => undefined);
    const found = await reading;
    if ('input' in found) measured.push(found);
    else leftOut.push(found);
  }
  if (measured.length === 0) throw nothingToCompare(leftOut);
  const settings: JudgeSettings = {
    ...DEFAULT_JUDGE_SETTINGS,
    moderate: options.moderate,
    significant: options.significant,
    windowsPerDay: 1,
  };
  const judged = judgeSignals(
    measured.map((one) => one.input),
    settings,
  );
  const signals = judged.map((judgement, i): ComparedSignal => {
    const { counts, ks } = measured[i]!;
    const { phi: _phi, reference: _reference, ...rest } = judgement;
    return {
      ...rest,
      kind: counts.signal.kind,
      ks_low: ks ?? judgement.ks_low,
      ks_high: ks ?? judgement.ks_high,
    };
  });
  signals.sort(
    (x, y) =>
      VERDICT_RANK[y.verdict] - VERDICT_RANK[x.verdict] ||
      (y.psi_debiased ?? -1) - (x.psi_debiased ?? -1) ||
      (x.signal < y.signal ? -1 : 1),
  );
  return {
    verdict: worstVerdict(signals.map((signal) => signal.verdict)),
    signals,
    rows_a: a.rows,
    rows_b: b.rows,
    left_out: leftOut,
    counts: new Map(measured.map((one) => [one.counts.signal.signal, one.counts])),
  };
}

function nothingToCompare(leftOut: readonly LeftOut[]): BaselineError {
  const reasons = leftOut.slice(0, 10).map(({ column, message }) => `${column}: ${message}`);
  return new BaselineError(
    'no_usable_column',
    `The files have no column in common that can be compared. ${reasons.join('; ')}`,
  );
}

/** Columns of A that B has with the same kind of values, and why the others are left out. Pure. */
function sharedColumns(
  a: TrainingFile,
  b: TrainingFile,
  options: CompareOptions,
): { columns: ChosenColumn[]; leftOut: LeftOut[] } {
  const chosen = chooseColumns(a, BaselineOptions.parse({ exclude: options.exclude, kinds: options.kinds }));
  const inA = new Map(a.columns.map((column) => [column.name, column]));
  const inB = new Map(b.columns.map((column) => [column.name, column]));
  const leftOut = chosen.leftOut.filter((one) => one.code !== 'constant');
  // A column that never varied has no distribution to monitor, but whether B still has the same value is worth asking.
  const constants = chosen.leftOut
    .filter((one) => one.code === 'constant')
    .map(({ column }): ChosenColumn => {
      const type = inA.get(column)!.type;
      const inferred = type === 'number' ? 'numeric' : type === 'boolean' ? 'boolean' : 'categorical';
      return { column, kind: options.kinds[column] ?? inferred };
    });
  const columns: ChosenColumn[] = [];
  for (const choice of [...chosen.features, ...constants]) {
    const other = inB.get(choice.column);
    if (!other) {
      leftOut.push({ column: choice.column, code: 'missing_in_b', message: 'only A has this column' });
      continue;
    }
    const numeric = choice.kind === 'numeric' || choice.kind === 'embedding';
    if (numeric && other.type !== inA.get(choice.column)!.type && other.missing < other.rows)
      leftOut.push({
        column: choice.column,
        code: 'kind_changed',
        message: `holds ${inA.get(choice.column)!.type} values in A and ${other.type} values in B`,
      });
    else columns.push(choice);
  }
  for (const column of b.columns)
    if (!inA.has(column.name))
      leftOut.push({ column: column.name, code: 'missing_in_a', message: 'only B has this column' });
  return { columns, leftOut };
}

function read(a: TrainingFile, b: TrainingFile, choice: ChosenColumn): Promise<Measured | LeftOut> {
  return choice.kind === 'numeric' || choice.kind === 'embedding'
    ? readNumbers(a, b, choice)
    : readCategories(a, b, choice);
}

function nameOf(choice: ChosenColumn) {
  return { signal: featureSignal(choice.column), ...choice, role: 'feature' as const };
}

async function readNumbers(
  a: TrainingFile,
  b: TrainingFile,
  choice: ChosenColumn,
): Promise<Measured | LeftOut> {
  const [before, after] = await Promise.all([a.numbers(choice.column), b.numbers(choice.column)]);
  const signal = profileNumbers(a.rows, nameOf(choice), before);
  if (signal === null) return noNumber(choice.column);
  const inside = withinRange(after.finite, signal.min!, signal.max!);
  const current = [
    after.missing,
    after.negativeInfinity + inside.below,
    ...countSorted(inside.values, signal.edges),
    after.positiveInfinity + inside.above,
  ];
  const ks = after.finite.length === 0 ? null : ksOfSorted(before.finite, after.finite);
  return { input: inputOf(signal, current), counts: { signal, current }, ks };
}

/** The part of ascending values that lies in `[min, max]`. */
function withinRange(sorted: Float64Array, min: number, max: number) {
  const [below = 0] = countSorted(sorted, [min]);
  let above = 0;
  let end = sorted.length;
  if (end > 0 && sorted[end - 1]! > max) {
    let low = below;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! <= max) low = middle + 1;
      else high = middle;
    }
    above = end - low;
    end = low;
  }
  return { values: sorted.subarray(below, end), below, above };
}

async function readCategories(
  a: TrainingFile,
  b: TrainingFile,
  choice: ChosenColumn,
): Promise<Measured | LeftOut> {
  const [profiled, after] = await Promise.all([
    profileSignal(a, nameOf(choice)),
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
  return { input: inputOf(signal, current), counts: { signal, current }, ks: null };
}

function inputOf(signal: ProfiledSignal, current: number[]): JudgeInput {
  return { signal: signal.signal, spec: signal, baseline: signal.counts, current };
}
