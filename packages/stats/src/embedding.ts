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
  /** Just above the median and the largest distance of the baseline's vectors from the middle of their own region. */
  usual: number[];
  farthest: number[];
}

/** Regions by default: each still holds a few per cent of the rows. */
export const EMBEDDING_REGIONS = 16;
/** Rows the regions are found from; more only cost time. */
const FIT_ROWS = 4000;
/** Digits kept of a middle: more say nothing, and a reference is kept and sent as text. */
const DIGITS = 6;
/** Squared distances this near to each other are equal, so that no order of adding them up decides. */
export const EMBEDDING_TIE = 1e-9;

/**
 * Finds the regions by k-means over at most 4,000 evenly taken vectors. Deterministic. O(rows · regions · dimensions)
 * a round, at most 30 rounds.
 *
 * @throws StatsInputError for no vectors, vectors of unequal length or entries that aren't finite
 */
export function fitEmbedding(
  vectors: readonly ArrayLike<number>[],
  regions = EMBEDDING_REGIONS,
): EmbeddingReference {
  const first = vectors[0];
  if (first === undefined || first.length === 0)
    throw new StatsInputError('vectors', 'needs at least one, not empty');
  const dimensions = first.length;
  vectors.forEach((vector, i) => {
    if (vector.length !== dimensions || Array.prototype.some.call(vector, (x) => !Number.isFinite(x))) {
      throw new StatsInputError(`vectors[${i}]`, `has ${dimensions} finite numbers like the first`);
    }
  });
  const step = Math.max(1, Math.ceil(vectors.length / FIT_ROWS));
  const sample = vectors.filter((_, i) => i % step === 0).map((vector) => Array.from(vector));
  const found = kmeans(sample, Math.min(regions, sample.length), { seed: 1, maxIterations: 30 });
  const centroids = inOrder(found.centroids).map((middle) =>
    middle.map((x) => Number(x.toPrecision(DIGITS))),
  );
  const locate = compileNearest(centroids);
  const distances: number[][] = centroids.map(() => []);
  for (const vector of vectors) {
    const region = locate(vector);
    distances[region]!.push(locate.distance);
  }
  const kept = centroids.map((_, i) => i).filter((i) => distances[i]!.length > 0);
  const sorted = kept.map((i) => distances[i]!.sort((a, b) => a - b));
  return {
    dimensions,
    centroids: kept.map((i) => centroids[i]!),
    usual: sorted.map((list) => justAbove(list, Math.floor((list.length - 1) / 2))),
    farthest: sorted.map((list) => justAbove(list, list.length - 1)),
  };
}

/** A limit between the distance at `place` and the next larger one: no vector of the baseline lies on it. */
function justAbove(sorted: readonly number[], place: number): number {
  const at = sorted[place]!;
  const next = sorted.find((x, i) => i > place && x > at * (1 + 2 * EMBEDDING_TIE));
  return next === undefined ? at * (1 + 1e-6) + 1e-300 : (at + next) / 2;
}

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

interface Nearest {
  (vector: ArrayLike<number>): number;
  /** Distance of the last vector from its middle; NaN where an entry is no number. */
  distance: number;
}

/** The region whose middle is nearest, the first of equals. */
function compileNearest(centroids: readonly (readonly number[])[]): Nearest {
  const count = centroids.length;
  const dimensions = centroids[0]?.length ?? 0;
  const middles = Float64Array.from(centroids.flat());
  const entries = new Float64Array(dimensions);
  const squares = new Float64Array(count);
  const locate: Nearest = (vector) => {
    for (let d = 0; d < dimensions; d++) entries[d] = Math.fround(vector[d]!);
    let least = Infinity;
    for (let i = 0, at = 0; i < count; i++) {
      let sum = 0;
      for (let d = 0; d < dimensions; d++) {
        const off = entries[d]! - middles[at++]!;
        sum += off * off;
      }
      squares[i] = sum;
      if (!(sum >= least)) least = sum;
    }
    const limit = least * (1 + EMBEDDING_TIE);
    let region = 0;
    while (region < count - 1 && squares[region]! > limit) region++;
    locate.distance = Math.sqrt(squares[region]!);
    return region;
  };
  locate.distance = Number.NaN;
  return locate;
}

/** Orders the middles along a path from neighbour to nearest neighbour, so that merged bins are alike. */
function inOrder(centroids: readonly (readonly number[])[]): number[][] {
  const left = centroids.map((centroid) => [...centroid]);
  const path: number[][] = [];
  let at = left.shift();
  while (at !== undefined) {
    path.push(at);
    if (left.length === 0) break;
    at = left.splice(compileNearest(left)(at), 1)[0];
  }
  return path;
}
