/** Squared distances this near to each other are equal, so that no order of adding them up decides. */
export const EMBEDDING_TIE = 1e-9;

interface Nearest {
  (vector: ArrayLike<number>): number;
  /** Distance of the last vector from its middle; NaN where an entry is no number. */
  distance: number;
}

/** The region whose middle is nearest, the first of equals. */
export function compileNearest(centroids: readonly (readonly number[])[]): Nearest {
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
