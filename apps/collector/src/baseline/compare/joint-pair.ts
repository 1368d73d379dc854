import { compileJoint, fitJoint, type JointReference, meanAndCovariance } from '@leeway/stats';
import { fits, type NumberPair, pairNumbers } from './number-pair.js';

/** Numeric columns that are watched together; the first of the file. */
export const JOINT_COLUMNS = 100;
/** Rows without a gap that fitting takes: enough for the distances to be steady. */
const LEAST_ROWS = 100;
const LEAST_ROWS_A_COLUMN = 10;

/**
 * The joint signal of two files: rows as distances from A's cloud (`fitJoint`). Fitted on half of A's sampled rows
 * and compared between its other half and B's, neither of which was fitted to, so that no difference comes from the
 * fitting. Rows with a missing value count as missing. Null where A has too few rows, or two columns that vary.
 *
 * @param a, b columns of the sampled rows, NaN where a value is missing
 */
export function jointPair(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): (NumberPair & { bins: { joint: JointReference } }) | null {
  const varying = a.flatMap((column, c) => (varies(column) ? [c] : []));
  if (varying.length < 2) return null;
  const columnsOf = (all: readonly Float64Array[]) => varying.map((c) => all[c]!);
  const fitted: number[][] = [];
  eachRow(columnsOf(a), (row, i) => {
    if (fits(i) && row.every(Number.isFinite)) fitted.push(Array.from(row));
  });
  if (fitted.length < Math.max(LEAST_ROWS, LEAST_ROWS_A_COLUMN * varying.length)) return null;
  const fit = meanAndCovariance(fitted);
  // Values near the largest double have no finite variance.
  if (fit === null || [...fit.mean, ...fit.covariance.flat()].some((x) => !Number.isFinite(x))) return null;
  const joint = fitJoint(varying.map(String), fit.mean, fit.covariance);
  const distance = compileJoint(joint);
  const distances = (columns: readonly Float64Array[], wanted: (i: number) => boolean) => {
    const found: number[] = [];
    eachRow(columns, (row, i) => {
      if (wanted(i)) found.push(row.some(Number.isNaN) ? Number.NaN : distance(row));
    });
    return Float64Array.from(found);
  };
  const heldOut = distances(columnsOf(a), (i) => !fits(i));
  const pair = pairNumbers(
    heldOut,
    distances(columnsOf(b), () => true),
  );
  return pair && { ...pair, bins: { ...pair.bins, joint } };
}

/** True for a column with two different finite values among the sampled rows. */
function varies(column: Float64Array): boolean {
  const first = column.find(Number.isFinite);
  return first !== undefined && column.some((x) => x !== first && Number.isFinite(x));
}

/** Calls `see` with each row of columns, in memory that the next row uses again. */
function eachRow(columns: readonly Float64Array[], see: (row: Float64Array, i: number) => void): void {
  const row = new Float64Array(columns.length);
  for (let i = 0; i < (columns[0]?.length ?? 0); i++) {
    for (let c = 0; c < row.length; c++) row[c] = columns[c]![i]!;
    see(row, i);
  }
}
