// Apart from the rest of the package: what only judges need not load a library of clusters.
import { kmeans } from 'ml-kmeans';
import { EMBEDDING_REGIONS, type EmbeddingReference } from './embedding.js';
import { checkWhole, StatsInputError } from './errors.js';
import { compileNearest, EMBEDDING_TIE } from './nearest.js';

/** Rows the regions are found from; more only cost time. */
const FIT_ROWS = 4000;
/** Digits kept of a middle: more say nothing, and a reference is kept and sent as text. */
const DIGITS = 6;

/**
 * Finds the regions by k-means over at most 4,000 evenly taken vectors. Deterministic. O(rows · regions · dimensions)
 * a round, at most 30 rounds.
 *
 * @throws StatsInputError for no vectors, vectors of unequal length or entries that aren't finite in single precision
 */
export function fitEmbedding(
  vectors: readonly ArrayLike<number>[],
  regions = EMBEDDING_REGIONS,
): EmbeddingReference {
  checkWhole('regions', regions, 1);
  const first = vectors[0];
  if (first === undefined || first.length === 0)
    throw new StatsInputError('vectors', 'needs at least one, not empty');
  const dimensions = first.length;
  vectors.forEach((vector, i) => {
    if (
      vector.length !== dimensions ||
      Array.prototype.some.call(vector, (x) => !Number.isFinite(Math.fround(x)))
    ) {
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
