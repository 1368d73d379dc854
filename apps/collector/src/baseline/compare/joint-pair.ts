import {
  compileEmbedding,
  compileJoint,
  embeddingEdges,
  fitEmbedding,
  fitJoint,
  meanAndCovariance,
} from '@leeway/stats';
import { type NumberPair, pairNumbers, scrambled } from './number-pair.js';

/** Numeric columns that are watched together; the first of the file. */
export const JOINT_COLUMNS = 100;
/** Vectors of each file; fewer when they are so long that they would take too much memory. */
export const VECTOR_ROWS = 10_000;
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
export function jointPair(a: readonly Float64Array[], b: readonly Float64Array[]): NumberPair | null {
  const varying = a.flatMap((column, c) => (varies(column) ? [c] : []));
  if (varying.length < 2) return null;
  const columnsOf = (all: readonly Float64Array[]) => varying.map((c) => all[c]!);
  const fitted = rowsOf(columnsOf(a), fits).filter(complete);
  if (fitted.length < Math.max(LEAST_ROWS, LEAST_ROWS_A_COLUMN * varying.length)) return null;
  const fit = meanAndCovariance(fitted);
  // Values near the largest double have no finite variance.
  if (fit === null || [...fit.mean, ...fit.covariance.flat()].some((x) => !Number.isFinite(x))) return null;
  const distance = compileJoint(fitJoint(varying.map(String), fit.mean, fit.covariance));
  const distances = (rows: readonly Float64Array[]) => {
    const found = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) found[i] = gap(rows[i]!) ? Number.NaN : distance(rows[i]!);
    return found;
  };
  const heldOut = rowsOf(columnsOf(a), (i) => !fits(i));
  return pairNumbers(distances(heldOut), distances(rowsOf(columnsOf(b), () => true)));
}

/** True for a column with two different finite values among the sampled rows. */
function varies(column: Float64Array): boolean {
  const first = column.find(Number.isFinite);
  return first !== undefined && column.some((x) => x !== first && Number.isFinite(x));
}

function complete(row: Float64Array): boolean {
  for (let i = 0; i < row.length; i++) if (!Number.isFinite(row[i])) return false;
  return true;
}

function gap(row: Float64Array): boolean {
  for (let i = 0; i < row.length; i++) if (Number.isNaN(row[i])) return true;
  return false;
}

/** Whether a row or vector of A is one to fit on; about half of them, in no rhythm. */
function fits(i: number): boolean {
  return (scrambled(i) & 1) === 0;
}

/** Columns as rows, those at the wanted places. */
function rowsOf(columns: readonly Float64Array[], wanted: (i: number) => boolean): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let i = 0; i < (columns[0]?.length ?? 0); i++) {
    if (!wanted(i)) continue;
    const row = new Float64Array(columns.length);
    for (let c = 0; c < row.length; c++) row[c] = columns[c]![i]!;
    rows.push(row);
  }
  return rows;
}

/**
 * An embedding of two files by regions of A's vectors (`fitEmbedding`), fitted on half of A's vectors and compared
 * between its other half and B's. Null with too few usable vectors in A.
 */
export function embeddingPair(
  a: { vectors: readonly number[][]; missing: number },
  b: { vectors: readonly number[][]; missing: number },
): NumberPair | null {
  const usable = a.vectors.filter((vector) => vector.every(Number.isFinite));
  const fitted = usable.filter((_, i) => fits(i));
  const heldOut = usable.filter((_, i) => !fits(i));
  if (fitted.length === 0 || heldOut.length === 0) return null;
  const reference = fitEmbedding(fitted);
  const numberOf = compileEmbedding(reference);
  const missing = Math.round((a.missing + a.vectors.length - usable.length) / 2);
  const count = (vectors: readonly number[][], gaps: number) => {
    const counts = new Array<number>(edges.length + 4).fill(0);
    counts[0] = gaps;
    for (const vector of vectors) {
      const x = numberOf(vector);
      if (Number.isNaN(x)) counts[0]!++;
      else if (x === Infinity) counts[counts.length - 1]!++;
      else counts[2 + edges.filter((edge) => edge <= x).length]!++;
    }
    return counts;
  };
  const edges = embeddingEdges(reference);
  return {
    bins: { edges, min: 0, max: reference.centroids.length },
    baseline: count(heldOut, missing),
    current: count(b.vectors, b.missing),
    ks: null,
  };
}
