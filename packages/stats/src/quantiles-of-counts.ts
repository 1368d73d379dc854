import type { BinSpec } from './bins.js';
import { checkProbability } from './errors.js';

/**
 * Approximate quantiles of counts in the layout of a numeric spec: linear inside a bin, an infinity outside of the
 * baseline's range. Null without a value. O(bins) a quantile. Source: type 4 of Hyndman and Fan, Am. Stat. 50 (1996),
 * on grouped values.
 *
 * @throws StatsInputError for a probability outside 0..1
 */
export function quantilesOfCounts(
  spec: BinSpec,
  counts: readonly number[],
  probabilities: readonly number[],
): number[] | null {
  for (const p of probabilities) checkProbability('probabilities', p);
  let rows = 0;
  for (let i = 1; i < counts.length; i++) rows += counts[i]!;
  if (rows === 0 || spec.min === null || spec.max === null) return null;
  const { min, max, edges } = spec;
  return probabilities.map((p) => {
    const goal = p * rows;
    let seen = counts[1]!;
    if (seen >= goal && seen > 0) return -Infinity;
    for (let i = 2; i < counts.length - 1; i++) {
      const count = counts[i]!;
      if (count > 0 && seen + count >= goal) {
        const low = i === 2 ? min : edges[i - 3]!;
        const high = i === counts.length - 2 ? max : edges[i - 2]!;
        return low + (high - low) * Math.max(0, (goal - seen) / count);
      }
      seen += count;
    }
    return Infinity;
  });
}
