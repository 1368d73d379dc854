import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
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
   * Principal directions of the standardised features, each divided by its standard deviation (whitening), so the
   * squared length of the projections is the squared Mahalanobis distance. Largest first.
   */
  components: number[][];
}

/** Directions with less than this share of a feature's variance are noise or a duplicate feature: left out. */
const LEAST_VARIANCE = 1e-6;
/** Features beyond this many standard deviations pull no harder: one broken value isn't a broken relation. */
const CLIP = 8;

/**
 * Fits the reference from a mean vector and covariance matrix of the baseline's numeric features (rows with a
 * missing value left out pairwise). Features without variance carry nothing and should be left out before; one
 * that comes is given weight 0. O(features³).
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
  const correlation = covariance.map((row, i) =>
    row.map((value, j) => {
      if (i === j) return std[i]! > 0 ? 1 : 0;
      return std[i]! > 0 && std[j]! > 0 ? value / (std[i]! * std[j]!) : 0;
    }),
  );
  const eigen = new EigenvalueDecomposition(new Matrix(correlation), { assumeSymmetric: true });
  const vectors = eigen.eigenvectorMatrix;
  const components = eigen.realEigenvalues
    .map((variance, column) => ({ variance, vector: vectors.getColumn(column) }))
    .filter(({ variance }) => variance > LEAST_VARIANCE)
    .sort((a, b) => b.variance - a.variance)
    .map(({ variance, vector }) => vector.map((x) => x / Math.sqrt(variance)));
  return { signals: [...signals], mean: [...mean], std, components };
}

/**
 * Distance of a row from the baseline's cloud, √(Σ projection²): about √(number of components) for an ordinary row,
 * more for one whose features don't go together as they did in training. A missing feature stands at its mean; null
 * when all are missing. O(features · components).
 */
export function jointDistance(
  reference: Pick<JointReference, 'mean' | 'std' | 'components'>,
  row: ArrayLike<number | null | undefined>,
): number | null {
  const p = reference.mean.length;
  const z = new Float64Array(p);
  let known = 0;
  for (let i = 0; i < p; i++) {
    const value = row[i];
    const std = reference.std[i]!;
    if (value === null || value === undefined || Number.isNaN(value) || !(std > 0)) continue;
    known++;
    z[i] = Math.min(CLIP, Math.max(-CLIP, (value - reference.mean[i]!) / std));
  }
  if (known === 0) return null;
  let sum = 0;
  for (const component of reference.components) {
    let projection = 0;
    for (let i = 0; i < p; i++) projection += component[i]! * z[i]!;
    sum += projection * projection;
  }
  return Math.sqrt(sum);
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
