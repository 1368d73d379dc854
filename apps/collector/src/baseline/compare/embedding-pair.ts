import { compileEmbedding, type EmbeddingReference, embeddingEdges } from '@leeway/stats';
import { fitEmbedding } from '@leeway/stats/fit-embedding';
import { fits, type NumberPair } from './number-pair.js';

/**
 * An embedding of two files by regions of A's vectors (`fitEmbedding`), fitted on half of A's vectors and compared
 * between its other half and B's. Null with too few usable vectors in A.
 */
export function embeddingPair(
  a: { vectors: readonly number[][]; missing: number },
  b: { vectors: readonly number[][]; missing: number },
): (Omit<NumberPair, 'medians'> & { bins: { embedding: EmbeddingReference } }) | null {
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
    bins: { edges, min: 0, max: reference.centroids.length, embedding: reference },
    baseline: count(heldOut, missing),
    current: count(b.vectors, b.missing),
    ks: null,
  };
}
