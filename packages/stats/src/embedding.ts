import { kmeans } from 'ml-kmeans';
import { StatsInputError } from './errors.js';

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
  /** Median and largest distance of the baseline's vectors from the middle of their own region. */
  usual: number[];
  farthest: number[];
}

/** Regions by default: each still holds a few per cent of the rows. */
export const EMBEDDING_REGIONS = 16;
/** Rows the regions are found from; more only cost time. */
const FIT_ROWS = 4000;

/**
 * Finds the regions by k-means over at most 4,000 evenly taken vectors. Deterministic. O(rows · regions · dimensions)
 * a round, at most 30 rounds.
 *
 * @throws StatsInputError for no vectors, vectors of unequal length or entries that aren't finite
 */
export function fitEmbedding(
  vectors: readonly (readonly number[])[],
  regions = EMBEDDING_REGIONS,
): EmbeddingReference {
  const first = vectors[0];
  if (first === undefined || first.length === 0)
    throw new StatsInputError('vectors', 'needs at least one, not empty');
  const dimensions = first.length;
  vectors.forEach((vector, i) => {
    if (vector.length !== dimensions || vector.some((x) => !Number.isFinite(x))) {
      throw new StatsInputError(`vectors[${i}]`, `has ${dimensions} finite numbers like the first`);
    }
  });
  const step = Math.max(1, Math.floor(vectors.length / FIT_ROWS));
  const sample = vectors.filter((_, i) => i % step === 0).map((vector) => [...vector]);
  const found = kmeans(sample, Math.min(regions, sample.length), { seed: 1, maxIterations: 30 });
  const centroids = inOrder(found.centroids);
  const distances: number[][] = centroids.map(() => []);
  for (const vector of vectors) {
    const { region, distance } = nearest(centroids, vector);
    distances[region]!.push(distance);
  }
  const kept = centroids.map((_, i) => i).filter((i) => distances[i]!.length > 0);
  const sorted = kept.map((i) => distances[i]!.sort((a, b) => a - b));
  return {
    dimensions,
    centroids: kept.map((i) => centroids[i]!),
    usual: sorted.map((list) => list[Math.floor((list.length - 1) / 2)]!),
    farthest: sorted.map((list) => list[list.length - 1]!),
  };
}

/**
 * The number an embedding is binned by: region (0, 1, …) plus 0…½ up to the usual distance, ½…1 from there to the
 * farthest of the baseline. Infinity beyond that (it counts as out of range), NaN for a vector of another length or
 * with an entry that isn't finite (it counts as missing).
 */
export function embeddingNumber(reference: EmbeddingReference, vector: ArrayLike<number>): number {
  if (vector.length !== reference.dimensions) return Number.NaN;
  const { region, distance } = nearest(reference.centroids, vector);
  if (Number.isNaN(distance)) return Number.NaN;
  const usual = reference.usual[region]!;
  const farthest = reference.farthest[region]!;
  if (distance > farthest) return Infinity;
  if (distance < usual) return region + (0.5 * distance) / usual;
  const beyond = farthest > usual ? (distance - usual) / (farthest - usual) : 0;
  return region + 0.5 + 0.499 * beyond;
}

/** Interior edges that go with `embeddingNumber`: two bins a region, near and far. */
export function embeddingEdges(reference: EmbeddingReference): number[] {
  return reference.centroids.flatMap((_, i) => (i === 0 ? [0.5] : [i, i + 0.5]));
}

function nearest(
  centroids: readonly (readonly number[])[],
  vector: ArrayLike<number>,
): { region: number; distance: number } {
  let region = 0;
  let least = Number.NaN;
  centroids.forEach((centroid, i) => {
    let sum = 0;
    for (let d = 0; d < centroid.length; d++) sum += (vector[d]! - centroid[d]!) ** 2;
    if (!(sum >= least)) {
      least = sum;
      region = i;
    }
  });
  return { region, distance: Math.sqrt(least) };
}

/** Orders the middles along a path from neighbour to nearest neighbour, so that merged bins are alike. */
function inOrder(centroids: readonly (readonly number[])[]): number[][] {
  const left = centroids.map((centroid) => [...centroid]);
  const path: number[][] = [];
  let at = left.shift();
  while (at !== undefined) {
    path.push(at);
    if (left.length === 0) break;
    const { region } = nearest(left, at);
    at = left.splice(region, 1)[0];
  }
  return path;
}
