import { StatsInputError } from './errors.js';

/**
 * What the joint detector compares windows with: how the baseline's numeric features hang together.
 *
 * A row becomes one number, its distance from the baseline's cloud (`jointDistance`); the distances of a window are
 * binned like any numeric signal and judged by the same gate.
 */
export interface JointReference {
  /** Features, in the order of every row given. */
  signals: string[];
  /** Mean and standard deviation of each feature in the baseline. */
  mean: number[];
  std: number[];
  /**
   * The rows of a lower triangular matrix: row k has k + 1 weights of the standardised features. It takes from
   * feature k what the features before it tell, and scales the rest to variance 1 (whitening), so the squared length
   * of all the projections is the squared Mahalanobis distance.
   */
  components: number[][];
}

/**
 * What the features before it leave of a feature's variance counts as this much at least. A feature that others tell
 * exactly (a duplicate, a sum) adds nothing while that holds, and much as soon as it is off by a hundredth of its
 * standard deviation; rounding adds nothing.
 */
const LEAST_VARIANCE = 1e-4;
/** Features beyond this many standard deviations pull no harder: one broken value isn't a broken relation. */
const CLIP = 8;

/**
 * Fits the reference from a mean vector and covariance matrix of the baseline's numeric features. A feature without
 * variance carries nothing and should be left out before; one that comes is given weight 0. O(features³).
 *
 * The distance does not depend on the order of the features, except where one is told exactly by the others.
 *
 * @throws StatsInputError for shapes that don't fit, values that aren't finite, or fewer than two features
 */
export function fitJoint(
  signals: readonly string[],
  mean: readonly number[],
  covariance: readonly (readonly number[])[],
): JointReference {
  const p = signals.length;
  if (p < 2) throw new StatsInputError('signals', `needs at least two numeric features, got ${p}`);
  if (mean.length !== p || covariance.length !== p || covariance.some((row) => row.length !== p)) {
    throw new StatsInputError('covariance', `is ${p} × ${p} with ${p} means`);
  }
  if ([...mean, ...covariance.flat()].some((x) => !Number.isFinite(x))) {
    throw new StatsInputError('covariance', 'and means are finite');
  }
  const std = covariance.map((row, i) => Math.sqrt(Math.max(0, row[i]!)));
  const correlation = (i: number, j: number) =>
    std[i]! > 0 && std[j]! > 0 ? covariance[i]![j]! / (std[i]! * std[j]!) : 0;
  // Cholesky's factor row by row, and its inverse alongside.
  const factor: number[][] = [];
  const components: number[][] = [];
  for (let j = 0; j < p; j++) {
    const row: number[] = [];
    for (let i = 0; i < j; i++) {
      let rest = correlation(j, i);
      for (let k = 0; k < i; k++) rest -= row[k]! * factor[i]![k]!;
      row.push(rest / factor[i]![i]!);
    }
    const told = row.reduce((sum, x) => sum + x * x, 0);
    const scale = Math.sqrt(Math.max(LEAST_VARIANCE, 1 - told));
    row.push(scale);
    factor.push(row);
    const weights = new Array<number>(j + 1).fill(0);
    if (std[j]! > 0) {
      weights[j] = 1 / scale;
      for (let i = 0; i < j; i++)
        for (let k = 0; k <= i; k++) weights[k]! -= (row[i]! * components[i]![k]!) / scale;
    }
    components.push(weights);
  }
  return { signals: [...signals], mean: [...mean], std, components };
}

/**
 * Compiles a reference into a function for hot loops: complete rows of finite features (infinities are clipped like
 * any far value), in the order of `signals`, to their distance from the baseline's cloud; about √features for an
 * ordinary row. No allocation per row, O(features²/2).
 *
 * The order of its operations is part of the interface: the store repeats it in SQL to the last bit.
 */
export function compileJoint(
  reference: Pick<JointReference, 'mean' | 'std' | 'components'>,
): (row: ArrayLike<number>) => number {
  const p = reference.mean.length;
  const mean = Float64Array.from(reference.mean);
  // A feature without variance has weight 0; dividing by 1 keeps it finite.
  const std = Float64Array.from(reference.std, (x) => (x > 0 ? x : 1));
  const weights = inBlocks(reference.components);
  const blocks = Math.ceil(p / BLOCK) * BLOCK;
  const z = new Float64Array(blocks);
  return (row) => {
    for (let i = 0; i < p; i++) {
      const value = (row[i]! - mean[i]!) / std[i]!;
      z[i] = Math.min(CLIP, Math.max(-CLIP, value));
    }
    let sum = 0;
    let at = 0;
    for (let k = BLOCK; k <= blocks; k += BLOCK) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let i = 0; i < k; i++) {
        const value = z[i]!;
        a += weights[at]! * value;
        b += weights[at + 1]! * value;
        c += weights[at + 2]! * value;
        d += weights[at + 3]! * value;
        at += BLOCK;
      }
      sum += a * a;
      sum += b * b;
      sum += c * c;
      sum += d * d;
    }
    return Math.sqrt(sum);
  };
}

/** Projections summed up side by side: one alone would wait for each of its additions. */
const BLOCK = 4;

/** Weights in the order the loop reads them: four rows at a time, column by column, zeros where a row has ended. */
function inBlocks(components: readonly (readonly number[])[]): Float64Array {
  const weights: number[] = [];
  for (let k = 0; k < components.length; k += BLOCK)
    for (let i = 0; i < k + BLOCK; i++)
      for (let row = k; row < k + BLOCK; row++) weights.push(components[row]?.[i] ?? 0);
  return Float64Array.from(weights);
}

/** How far a standardised feature counts at most, on either side. */
export const JOINT_CLIP = CLIP;

/**
 * Distance of one row from the baseline's cloud: more than usual for one whose features don't go together as they
 * did in training. Null where a feature is missing (null, undefined, NaN): relations can't be told then.
 */
export function jointDistance(
  reference: Pick<JointReference, 'mean' | 'std' | 'components'>,
  row: ArrayLike<number | null | undefined>,
): number | null {
  const values = reference.mean.map((_, i) => row[i] ?? Number.NaN);
  return values.some((x) => Number.isNaN(x)) ? null : compileJoint(reference)(values);
}

/** Mean vector and covariance matrix of complete rows. O(rows · features²). Null with fewer than two rows. */
export function meanAndCovariance(
  rows: readonly ArrayLike<number>[],
): { mean: number[]; covariance: number[][] } | null {
  const first = rows[0];
  if (first === undefined || rows.length < 2) return null;
  const p = first.length;
  const mean = new Array<number>(p).fill(0);
  for (const row of rows) for (let i = 0; i < p; i++) mean[i]! += row[i]! / rows.length;
  const covariance = Array.from({ length: p }, () => new Array<number>(p).fill(0));
  for (const row of rows) {
    for (let i = 0; i < p; i++) {
      const a = row[i]! - mean[i]!;
      for (let j = i; j < p; j++) covariance[i]![j]! += (a * (row[j]! - mean[j]!)) / rows.length;
    }
  }
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) covariance[i]![j] = covariance[j]![i]!;
  return { mean, covariance };
}
