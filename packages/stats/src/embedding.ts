import { compileNearest } from './nearest.js';

export { EMBEDDING_TIE } from './nearest.js';

/**
 * What embedding vectors are compared with: regions of the baseline's vectors, and how far a vector usually lies
 * from the middle of its region.
 *
 * A vector becomes one number, region + ½·(distance as a share of the usual), so a histogram of that number over
 * `embeddingEdges` says how rows spread over the regions (a change of topics) and how near they lie to what
 * training knew (something new): vectors farther out than any in the baseline come out above the range.
 */
export interface EmbeddingReference {
  /** Number of entries of a vector. */
  dimensions: number;
  /** Middle of each region; neighbours in the list are neighbours in space, as far as a line can tell. */
  centroids: number[][];
  /** Just above the median and the largest distance of the baseline's vectors from the middle of their own region. */
  usual: number[];
  farthest: number[];
}

/** Regions by default: each still holds a few per cent of the rows. */
export const EMBEDDING_REGIONS = 16;
/**
 * Compiles the number an embedding is binned by: region (0, 1, …) plus 0…½ up to the usual distance, ½…1 from there
 * to the farthest of the baseline. Infinity beyond that (it counts as out of range), NaN for a vector of another
 * length or with an entry that isn't finite (it counts as missing).
 *
 * Entries count with single precision, in which events are stored.
 */
export function compileEmbedding(reference: EmbeddingReference): (vector: ArrayLike<number>) => number {
  const locate = compileNearest(reference.centroids);
  return (vector) => {
    if (vector.length !== reference.dimensions) return Number.NaN;
    const region = locate(vector);
    const { distance } = locate;
    if (!Number.isFinite(distance)) return Number.NaN;
    const usual = reference.usual[region]!;
    const farthest = reference.farthest[region]!;
    if (distance > farthest) return Infinity;
    if (distance < usual) return region + (0.5 * distance) / usual;
    const beyond = farthest > usual ? (distance - usual) / (farthest - usual) : 0;
    return region + 0.5 + 0.499 * beyond;
  };
}

/** The number of one vector; see `compileEmbedding`, which loops use. */
export function embeddingNumber(reference: EmbeddingReference, vector: ArrayLike<number>): number {
  return compileEmbedding(reference)(vector);
}

/** Interior edges that go with `embeddingNumber`: two bins a region, near and far. */
export function embeddingEdges(reference: Pick<EmbeddingReference, 'centroids'>): number[] {
  return reference.centroids.flatMap((_, i) => (i === 0 ? [0.5] : [i, i + 0.5]));
}
