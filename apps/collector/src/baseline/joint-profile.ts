import { type LeftOut, MULTIVARIATE_SIGNAL, signalFeature } from '@leeway/contract';
import { fitJoint, meanAndCovariance } from '@leeway/stats';
import type { DerivedNumber, TrainingFile } from './ports.js';
import { type ProfiledSignal, profileNumbers, type SignalName } from './signal-profile.js';

/** Features of the joint signal at most: its cost for each event grows with their square. */
export const JOINT_FEATURES = 50;
/** Rows that the relations between features are read from; more only cost time. */
export const JOINT_FIT_ROWS = 20_000;
/** Complete rows that the fit needs, in all and for each feature. */
const LEAST_ROWS = 100;
const LEAST_ROWS_A_FEATURE = 5;
/** Features are taken as long as this share of the rows has a value of every one of them. */
const COMPLETE_SHARE = 0.8;

export interface ProfiledJoint {
  name: SignalName;
  signal: ProfiledSignal;
  source: DerivedNumber;
}

/**
 * Fits how the numeric features hang together on a part of the rows, at most about 20,000 and at most half of them,
 * and profiles the distance of the other rows from that. Says why where there is nothing to fit.
 *
 * @param features signals of numeric features in order of importance; the first 50 are taken
 */
export async function profileJoint(
  file: TrainingFile,
  features: readonly string[],
  warnings: string[],
): Promise<ProfiledJoint | LeftOut> {
  const leave = (code: string, message: string): LeftOut => ({ column: MULTIVARIATE_SIGNAL, code, message });
  if (features.length < 2)
    return leave('too_few_features', `takes two numeric features or more, and there ${are(features.length)}`);
  const every = Math.max(2, Math.ceil(file.rows / JOINT_FIT_ROWS));
  const wanted = features.slice(0, JOINT_FEATURES);
  const rows = rowsOf(await file.fitRows(wanted.map(columnOf), every), wanted.length);
  const places = usablePlaces(rows, wanted.length);
  if (places.length < 2)
    return leave('too_few_features', 'fewer than two numeric features vary and have values in most rows');
  const complete = rows
    .map((row) => places.map((place) => row[place]!))
    .filter((row) => row.every(Number.isFinite));
  const needed = Math.max(LEAST_ROWS, LEAST_ROWS_A_FEATURE * places.length);
  if (complete.length < needed)
    return leave(
      'too_few_rows',
      `takes ${needed} complete rows to see how ${places.length} features hang together, and ${complete.length} are there for it`,
    );
  const { mean, covariance } = meanAndCovariance(complete)!;
  if (![...mean, ...covariance.flat()].every(Number.isFinite))
    return leave('too_large', 'some features have values too large to be multiplied');
  const joint = fitJoint(
    places.map((place) => wanted[place]!),
    mean,
    covariance,
  );
  const source: DerivedNumber = { columns: joint.signals.map(columnOf), every, joint };
  const numbers = await file.derivedNumbers(source);
  const name: SignalName = {
    signal: MULTIVARIATE_SIGNAL,
    column: MULTIVARIATE_SIGNAL,
    kind: 'numeric',
    role: 'joint',
  };
  const counted =
    numbers.finite.length + numbers.missing + numbers.negativeInfinity + numbers.positiveInfinity;
  const signal = profileNumbers(counted, name, numbers);
  if (signal === null) return leave('too_few_rows', 'no row outside of the fit is complete');
  warnAbout(features, joint.signals, warnings);
  return { name, signal: { ...signal, joint }, source };
}

function are(count: number): string {
  return count === 1 ? 'is one' : 'is none';
}

function columnOf(signal: string): string {
  return signalFeature(signal) ?? signal;
}

function rowsOf(values: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: values.length / size }, (_, i) => values.subarray(i * size, (i + 1) * size));
}

/** Features that vary, the fullest first while most rows have them all; in the order given. */
function usablePlaces(rows: readonly Float64Array[], size: number): number[] {
  const facts = Array.from({ length: size }, (_, place) => {
    const present = rows.filter((row) => Number.isFinite(row[place]!));
    const first = present[0]?.[place];
    return { place, present: present.length, varies: present.some((row) => row[place] !== first) };
  });
  const fullest = facts.filter((one) => one.varies).sort((a, b) => b.present - a.present);
  let complete = rows;
  const kept: number[] = [];
  for (const { place } of fullest) {
    const left = complete.filter((row) => Number.isFinite(row[place]!));
    if (left.length < rows.length * COMPLETE_SHARE) break;
    complete = left;
    kept.push(place);
  }
  return kept.sort((a, b) => a - b);
}

function warnAbout(features: readonly string[], kept: readonly string[], warnings: string[]): void {
  const out = features.filter((name) => !kept.includes(name));
  if (out.length === 0) return;
  const list = `${out.slice(0, 10).join(', ')}${out.length > 10 ? `, … (${out.length} in all)` : ''}`;
  warnings.push(
    `The signal of all numeric features together is without ${list}: it takes the ${JOINT_FEATURES} most important ones that vary and have values in most rows.`,
  );
}
