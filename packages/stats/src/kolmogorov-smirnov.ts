import { kolmogorovTail } from './distributions.js';
import { kolmogorovFiniteTail } from './kolmogorov-finite.js';
import { effectiveRows } from './psi.js';
import { cleanSample, type RawSample, walkTies } from './sample.js';

/** Lattice points above which the exact p is not attempted (n·m; about 50 ms). */
export const KS_EXACT_LIMIT = 10_000_000;

/**
 * Two-sample Kolmogorov–Smirnov statistic sup|F − G|, 0..1, over the finite values; ties move both distribution
 * functions at once. Null when a side has no finite value. O(n log n).
 * Source: Smirnov, Annals of Mathematical Statistics 19 (1948).
 */
export function ksStatistic(a: RawSample, b: RawSample): number | null {
  const x = cleanSample(a).sorted;
  const y = cleanSample(b).sorted;
  return x.length === 0 || y.length === 0 ? null : ksOfSorted(x, y);
}

/**
 * The statistic of two ascending, non-empty samples. O(n + m). Once one side is used up the difference only falls, so
 * the walk ends there.
 */
export function ksOfSorted(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const m = y.length;
  let i = 0;
  let j = 0;
  let most = 0;
  // Beyond the end of one sample the gap only closes, so the walk may stop there.
  while (i < n && j < m) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
    const gap = Math.abs(i / n - j / m);
    if (gap > most) most = gap;
  }
  return most;
}

/**
 * P(D ≥ d) by the limit law, Q(√n_eff·d): good from some hundred rows a side. O(1). Source: Smirnov (1948).
 *
 * @throws StatsInputError for numbers of rows that are none, and d that is no number
 */
export function ksAsymptoticP(d: number, n: number, m: number): number {
  return kolmogorovTail(Math.sqrt(effectiveRows(n, m)) * d);
}

/**
 * Stephens' finite-sample correction, Q((√n_eff + 0.12 + 0.11/√n_eff)·d): good from about four effective rows. O(1).
 * Source: Stephens, J. Royal Stat. Soc. B 32 (1970).
 *
 * @throws StatsInputError for numbers of rows that are none, and d that is no number
 */
export function ksStephensP(d: number, n: number, m: number): number {
  const root = Math.sqrt(effectiveRows(n, m));
  return root === 0 ? 1 : kolmogorovTail((root + 0.12 + 0.11 / root) * d);
}

/**
 * P(D ≥ d) by the law of a single sample of round(n_eff) values (half to even): what scipy's `asymp` gives. Null where
 * that rounds to no value at all.
 */
export function ksFiniteP(d: number, n: number, m: number): number | null {
  const rows = effectiveRows(n, m);
  const whole = Math.floor(rows);
  const up = rows - whole > 0.5 || (rows - whole === 0.5 && whole % 2 === 1);
  const size = up ? whole + 1 : whole;
  return size === 0 ? null : kolmogorovFiniteTail(d, size);
}

/**
 * Exact p of the statistic: the share of all C(n + m, n) ways to deal the pooled values out that give a difference
 * at least as large. With `ties` (the default) equal values count as equal, so the test isn't too shy on counters
 * and ratings; without, the textbook law for continuous data (scipy's `exact`).
 *
 * Walks the lattice of (how many of each side so far) with the chance of having exceeded d by then, all terms
 * positive, so small p-values keep their digits. O(n·m) time, O(m) memory; null beyond `KS_EXACT_LIMIT` or when a
 * side has no finite value. Source: Schröer and Trenkler, Comput. Stat. Data Anal. 20 (1995).
 */
export function ksExactP(a: RawSample, b: RawSample, options: { ties?: boolean } = {}): number | null {
  const x = cleanSample(a).sorted;
  const y = cleanSample(b).sorted;
  const n = x.length;
  const m = y.length;
  if (n === 0 || m === 0 || n * m > KS_EXACT_LIMIT) return null;
  // Differences compared in whole numbers, |i·m − j·n| ≥ D·n·m, so rounding can't move a tie across the limit.
  const limit = Math.round(ksOfSorted(x, y) * n * m);
  if (limit === 0) return 1;
  const blockEnd = new Uint8Array(n + m + 1).fill(options.ties === false ? 1 : 0);
  let seen = 0;
  walkTies(x, y, (_, inX, inY) => {
    seen += inX + inY;
    blockEnd[seen] = 1;
  });
  const exceeded = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (i + j === 0) continue;
      if (blockEnd[i + j] === 1 && Math.abs(i * m - j * n) >= limit) {
        exceeded[j] = 1;
        continue;
      }
      // Given that a path passes (i, j), its last step was one of x with chance i/(i + j).
      const fromX = i === 0 ? 0 : exceeded[j]! * i;
      const fromY = j === 0 ? 0 : exceeded[j - 1]! * j;
      exceeded[j] = (fromX + fromY) / (i + j);
    }
  }
  return Math.min(1, exceeded[m]!);
}
