import { createHash } from 'node:crypto';
import {
  type Baseline,
  type BaselineOptions,
  type BaselineSignal,
  featureSignal,
  type LeftOut,
  MULTIVARIATE_SIGNAL,
  PREDICTION_SIGNAL,
  SCORE_SIGNAL,
} from '@leeway/contract';
import { quantileOfSorted } from '@leeway/stats';
import { type ChosenColumns, chooseColumns, saidOf } from './choose-columns.js';
import { profileEmbedding } from './embedding-profile.js';
import { BaselineError } from './error.js';
import { profileJoint } from './joint-profile.js';
import type { DerivedNumber, TrainingFile } from './ports.js';
import { seasonalCounts, signalPhi, type TimeSpan, wantsSeasonal } from './rhythm.js';
import { type ProfiledSignal, profileSignal, type SignalName } from './signal-profile.js';

/** A signal, and what of the file it is counted from. */
interface Profiled {
  name: SignalName;
  signal: ProfiledSignal;
  source: string | DerivedNumber;
}

export interface BuildInput {
  model: string;
  /** The file's name for people. */
  fileName: string;
  options: BaselineOptions;
  /** Epoch ms. */
  now: number;
}

/**
 * Profiles a file of training data into a baseline: bins of every usable column and of all numeric features together,
 * their counts, overdispersion, hours of the week, latency and performance. Says of every column that is not used why.
 *
 * @throws BaselineError `no_usable_column`, `unknown_column`
 */
export async function buildBaseline(file: TrainingFile, input: BuildInput): Promise<Baseline> {
  const { options } = input;
  const chosen = chooseColumns(file, options);
  const warnings: string[] = [];
  const profiled: Profiled[] = [];
  for (const name of namesOf(chosen, file)) {
    const found = await profileColumn(file, name, warnings);
    if ('signal' in found) profiled.push(found);
    else chosen.leftOut.push(found);
  }
  if (!profiled.some(({ name }) => name.role === 'feature' || name.role === 'prediction'))
    throw noUsableColumn(input.fileName, chosen);
  const joint = await jointOf(file, profiled, options, warnings);
  if ('signal' in joint) profiled.push(joint);
  else chosen.leftOut.push(joint);
  const span = await spanOf(file, chosen, warnings);
  const signals = await withRhythm(file, profiled, span, options, warnings);
  const performance =
    chosen.prediction && chosen.label
      ? await file.performance({
          prediction: chosen.prediction.column,
          label: chosen.label,
          score: chosen.score,
        })
      : null;
  const latency = chosen.latency === null ? null : await latencyOf(file, chosen.latency, warnings);
  const content = {
    model: input.model,
    rows: file.rows,
    signals,
    left_out: chosen.leftOut,
    latency,
    performance,
    span: span && { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() },
  };
  return {
    ...content,
    id: contentId(content),
    name: options.name ?? input.fileName,
    created_at: new Date(input.now).toISOString(),
    source: { file: input.fileName, format: file.format, bytes: file.bytes },
    warnings,
  };
}

/** Profiles one column: an embedding by its regions where there are vectors enough. */
async function profileColumn(
  file: TrainingFile,
  name: SignalName,
  warnings: string[],
): Promise<Profiled | LeftOut> {
  const type = file.columns.find((column) => column.name === name.column)?.type;
  if (name.kind === 'embedding' && type === 'vector') {
    const byRegion = await profileEmbedding(file, name);
    if (byRegion) return { name, ...byRegion };
    warnings.push(
      `"${name.column}" has too few vectors of one length to find regions, so only their length is watched.`,
    );
  }
  const found = await profileSignal(file, name);
  return 'signal' in found ? { name, signal: found.signal, source: name.column } : found.leftOut;
}

/** The signal of all numeric features together, those named important first. */
async function jointOf(
  file: TrainingFile,
  profiled: readonly Profiled[],
  options: BaselineOptions,
  warnings: string[],
): Promise<Profiled | LeftOut> {
  if (!options.multivariate)
    return { column: MULTIVARIATE_SIGNAL, code: 'excluded', message: 'switched off as asked' };
  const importance = (name: SignalName) => saidOf(options.importance, name.column) ?? 0;
  const numeric = profiled
    .map(({ name }) => name)
    .filter((name) => name.role === 'feature' && name.kind === 'numeric')
    .sort((a, b) => importance(b) - importance(a));
  return profileJoint(
    file,
    numeric.map((name) => name.signal),
    warnings,
  );
}

/** Hash of everything a baseline says: the same training data gives the same id, whatever the file is called. */
function contentId(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

function namesOf(chosen: ChosenColumns, file: TrainingFile): SignalName[] {
  const names: SignalName[] = chosen.features.map(({ column, kind }) => ({
    signal: featureSignal(column),
    column,
    kind,
    role: 'feature',
  }));
  if (chosen.prediction) names.push({ signal: PREDICTION_SIGNAL, ...chosen.prediction, role: 'prediction' });
  if (chosen.score !== null) {
    const type = file.columns.find((column) => column.name === chosen.score)?.type;
    if (type === 'number')
      names.push({ signal: SCORE_SIGNAL, column: chosen.score, kind: 'numeric', role: 'score' });
    else chosen.leftOut.push({ column: chosen.score, code: 'mixed_types', message: 'a score is a number' });
  }
  return names;
}

function noUsableColumn(fileName: string, chosen: ChosenColumns): BaselineError {
  const reasons = chosen.leftOut.slice(0, 10).map(({ column, message }) => `${column}: ${message}`);
  return new BaselineError(
    'no_usable_column',
    `${fileName} has no column that can be watched. ${reasons.join('; ')}${chosen.leftOut.length > 10 ? '; …' : ''}`,
  );
}

async function spanOf(
  file: TrainingFile,
  chosen: ChosenColumns,
  warnings: string[],
): Promise<TimeSpan | null> {
  if (chosen.timestamp === null) return null;
  const span = await file.span(chosen.timestamp);
  if (span === null) {
    warnings.push(`No value of "${chosen.timestamp}" reads as a time, so the baseline knows no time of day.`);
    return null;
  }
  if (span.rows < file.rows)
    warnings.push(`${file.rows - span.rows} of ${file.rows} rows have no readable "${chosen.timestamp}".`);
  return { column: chosen.timestamp, from: span.from, to: span.to };
}

async function withRhythm(
  file: TrainingFile,
  profiled: readonly Profiled[],
  span: TimeSpan | null,
  options: BaselineOptions,
  warnings: string[],
): Promise<BaselineSignal[]> {
  const cells = profiled.reduce((sum, { signal }) => sum + signal.counts.length, 0);
  const seasonal = wantsSeasonal(span, cells);
  if (span && !seasonal)
    warnings.push(
      'The hours of the week are not compared one by one: that takes a week of rows and fewer signals.',
    );
  const signals: BaselineSignal[] = [];
  let sorted = 0;
  for (const { name, signal, source } of profiled) {
    const found = await signalPhi(file, source, signal, span);
    if (found.sorted) sorted++;
    signals.push({
      ...signal,
      phi: found.phi,
      importance: saidOf(options.importance, name.column) ?? null,
      seasonal: seasonal ? await seasonalCounts(file, source, signal, span) : null,
    });
  }
  if (sorted > 0)
    warnings.push(
      `The rows look sorted (${sorted} of ${profiled.length} signals change along the file), so their order was not used to tell how much rows depend on each other.`,
    );
  return signals;
}

async function latencyOf(
  file: TrainingFile,
  column: string,
  warnings: string[],
): Promise<Baseline['latency']> {
  const type = file.columns.find((one) => one.name === column)?.type;
  const finite = type === 'number' ? (await file.numbers(column)).finite : new Float64Array(0);
  if (finite.length === 0 || finite[0]! < 0) {
    warnings.push(
      `"${column}" holds no latencies (milliseconds, not negative), so there is no baseline latency.`,
    );
    return null;
  }
  return {
    p50: quantileOfSorted(finite, 0.5),
    p95: quantileOfSorted(finite, 0.95),
    p99: quantileOfSorted(finite, 0.99),
    rows: finite.length,
  };
}
