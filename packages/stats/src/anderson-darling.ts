import { StatsInputError } from './errors.js';
import { cleanSample, type RawSample } from './sample.js';

/**
 * Anderson–Darling k-sample statistic, midrank version, normalised to mean 0 and standard deviation 1 when all
 * samples come from one distribution; about 1.96 is its 5 % point for two samples. More sensitive in the tails
 * than KS.
 *
 * Null when a sample has no finite value, with fewer than four values in all (its spread is not known then), and when all
 * are equal. O(N log N).
 * Source: Scholz and Stephens, K-sample Anderson–Darling tests, JASA 82 (1987).
 *
 * @throws StatsInputError with fewer than two samples
 */
export function andersonDarling(samples: readonly RawSample[]): number | null {
  if (samples.length < 2) throw new StatsInputError('samples', `needs at least two, got ${samples.length}`);
  const sorted = samples.map((sample) => cleanSample(sample).sorted);
  if (sorted.some((sample) => sample.length === 0)) return null;
  const pooled = Float64Array.from(sorted.flatMap((sample) => Array.from(sample))).sort();
  const N = pooled.length;
  if (N < 4 || pooled[0] === pooled[N - 1]) return null;
  return (midrankStatistic(sorted, pooled) - (samples.length - 1)) / nullStd(sorted, N);
}

function midrankStatistic(sorted: readonly Float64Array[], pooled: Float64Array): number {
  const N = pooled.length;
  const places = sorted.map(() => 0);
  const sums = sorted.map(() => 0);
  let at = 0;
  while (at < N) {
    const value = pooled[at]!;
    let ties = 0;
    while (at + ties < N && pooled[at + ties] === value) ties++;
    const middle = at + ties / 2;
    const scale = middle * (N - middle) - (N * ties) / 4;
    sorted.forEach((sample, s) => {
      let own = 0;
      while (places[s]! + own < sample.length && sample[places[s]! + own] === value) own++;
      const rank = places[s]! + own / 2;
      places[s]! += own;
      sums[s]! += ((ties / N) * (N * rank - middle * sample.length) ** 2) / scale;
    });
    at += ties;
  }
  let statistic = 0;
  sorted.forEach((sample, s) => {
    statistic += sums[s]! / sample.length;
  });
  return (statistic * (N - 1)) / N;
}

function nullStd(sorted: readonly Float64Array[], N: number): number {
  const k = sorted.length;
  const H = sorted.reduce((sum, sample) => sum + 1 / sample.length, 0);
  // h = Σ_{i<N} 1/i and g = Σ_{i<j<N} 1/((N−i)·j), the latter from running sums of 1/i from the top down.
  let fromTop = 0;
  let g = 0;
  for (let i = 2; i < N; i++) {
    fromTop += 1 / (N - i + 1);
    g += fromTop / i;
  }
  const h = fromTop + 1;
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * H;
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * H - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * H + 4 * h;
  const d = (2 * h + 6) * k * k - 4 * h * k;
  return Math.sqrt((a * N ** 3 + b * N ** 2 + c * N + d) / ((N - 1) * (N - 2) * (N - 3)));
}
