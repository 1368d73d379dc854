import { normalTail } from './distributions.js';
import { checkPair, checkPhi } from './errors.js';

/** A test for a shift along ordered bins. */
export interface TrendTest {
  /** Standardised difference of mean ranks; positive when the current side is higher. */
  z: number;
  /** Two-sided p, never below the truth for skewed scores (to first order). */
  p: number;
}

/**
 * Wilcoxon's rank-sum test on ordered counts: do the current rows sit higher or lower than the baseline's?
 *
 * It is the one-degree component of chi-square that a shift of the mean loads on, so it sees such a shift with
 * about half the rows chi-square needs; it is blind to a change of spread. Midranks, variance with ties. Few or
 * heavily tied rows give skewed rank sums with a fatter tail than the normal one; p pays the first term of the
 * Edgeworth series for that, exp(|γ|·z³/6). Null when a side is empty or all rows share a bin. O(bins).
 * Source: Lehmann, Nonparametrics (1975), sections 1.3–1.4.
 *
 * @throws StatsInputError for histograms of unequal length, counts that are neither 0 nor from 1e-9 to 2^53, φ < 1
 */
export function trendTest(
  baseline: readonly number[],
  current: readonly number[],
  phi = 1,
): TrendTest | null {
  checkPair(baseline, current);
  checkPhi(phi);
  return trendBetween(baseline, current, phi, 0, baseline.length);
}

/** The test over positions `from` (inclusive) to `to` (exclusive), inputs unchecked: the judge's hot path. */
export function trendBetween(
  baseline: ArrayLike<number>,
  current: ArrayLike<number>,
  phi: number,
  from: number,
  to: number,
): TrendTest | null {
  let n = 0;
  let m = 0;
  for (let i = from; i < to; i++) {
    n += baseline[i]!;
    m += current[i]!;
  }
  if (n === 0 || m === 0) return null;
  const N = n + m;
  let below = 0;
  let sum = 0;
  let variance = 0;
  let third = 0;
  for (let i = from; i < to; i++) {
    const both = baseline[i]! + current[i]!;
    if (both === 0) continue;
    // Midranks over all rows as scores between −½ and ½; their mean is 0.
    const score = (below + both / 2) / N - 0.5;
    sum += current[i]! * score;
    variance += both * score * score;
    third += both * score * score * score;
    below += both;
  }
  variance /= N;
  if (variance < 1e-12) return null;
  // Mean score of m rows drawn from N without replacement, φ-fold overdispersed.
  const se = Math.sqrt((variance * n * phi) / (m * Math.max(1, N - 1)));
  const z = sum / m / se;
  const size = Math.abs(z);
  const skew =
    Math.abs(third / N / variance ** 1.5) * Math.sqrt(phi) * ((n - m) / N / Math.sqrt((m * n) / N));
  const correction = (Math.abs(skew) * size ** 3) / 6;
  // In logarithms, or a tail of 0 would meet a correction of infinity.
  const tail = size < 30 ? Math.log(2 * normalTail(size)) : -(size * size) / 2 - Math.log(size);
  return { z, p: Math.exp(Math.min(0, tail + correction)) };
}
