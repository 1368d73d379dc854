import { embeddingEdges, total } from '@leeway/stats';
import { fitEmbedding } from '@leeway/stats/fit-embedding';
import type { DerivedNumber, TrainingFile } from './ports.js';
import type { ProfiledSignal, SignalName } from './signal-profile.js';

/** Vectors that regions are found from, and numbers in all of them: finding them blocks for about a second. */
const FIT_VECTORS = 4_000;
const FIT_NUMBERS = 1_000_000;
/** With fewer vectors than this the regions would be luck. */
const LEAST_VECTORS = 160;

/**
 * Finds the regions of an embedding on a part of its vectors (at most 4,000 and at most half) and counts the others
 * over them. Null with too few vectors: then their length alone is counted.
 */
export async function profileEmbedding(
  file: TrainingFile,
  name: SignalName,
): Promise<{ signal: ProfiledSignal; source: DerivedNumber } | null> {
  // The first look costs at most as much as the second: how long the vectors are decides how many are taken.
  const first = Math.max(2, Math.ceil(file.rows / 100));
  const size = (await file.fitVectors(name.column, first))[0]?.length;
  if (size === undefined) return null;
  const most = Math.min(FIT_VECTORS, Math.floor(FIT_NUMBERS / size));
  const every = Math.max(2, Math.ceil(file.rows / most));
  const vectors = await file.fitVectors(name.column, every);
  const finite = vectors.filter((vector) => vector.every((x) => Number.isFinite(Math.fround(x))));
  if (finite.length < LEAST_VECTORS) return null;
  const embedding = fitEmbedding(finite);
  const source: DerivedNumber = { columns: [name.column], every, embedding };
  const bins = {
    signal: name.signal,
    kind: name.kind,
    role: name.role,
    edges: embeddingEdges(embedding),
    min: 0,
    max: embedding.centroids.length,
    categories: [],
    embedding,
  };
  const whole = { timestamp: null, by: 'block' as const, blockRows: file.rows + 1 };
  const counts = (await file.grouped(source, bins, whole)).get(0);
  if (counts === undefined || total([...counts]) === 0) return null;
  return {
    signal: {
      ...bins,
      counts: [...counts],
      rows: total([...counts]),
      mean: null,
      std: null,
      quantiles: null,
    },
    source,
  };
}
