import { describe, expect, it } from 'vitest';
import {
  alternativeConcentration,
  andersonDarling,
  benjaminiHochberg,
  benjaminiYekutieli,
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialQuantile,
  binomialTail,
  cbpe,
  chiSquareTail,
  chiSquareTest,
  clopperPearsonInterval,
  cramerVonMises,
  cusum,
  effectiveRows,
  effectiveRowsNeeded,
  ewma,
  gTest,
  hellinger,
  holm,
  jsDistance,
  jsDistanceBase2,
  jsDivergence,
  jsDivergenceBase2,
  kolmogorovFiniteTail,
  kolmogorovTail,
  ksAsymptoticP,
  ksBracket,
  ksExactP,
  ksFiniteP,
  ksStatistic,
  ksStephensP,
  largestDifference,
  latencyBin,
  latencyQuantile,
  latencyTotal,
  latencyValue,
  logEValue,
  minimumWindow,
  noncentralChiSquareTail,
  normalTail,
  normalUpperQuantile,
  pageHinkley,
  psi,
  psiCritical,
  psiDebiased,
  psiExceedance,
  psiFloorEpsilon,
  psiLaplace,
  psiNullMean,
  psiNullStd,
  psiZeroEpsilon,
  quantileRanks,
  quantiles,
  rareExcessP,
  relevanceP,
  rowsForEffective,
  StatsInputError,
  sequentialStart,
  sequentialStep,
  sequentialThreshold,
  totalVariation,
  trendTest,
  wasserstein,
  wassersteinNormalised,
  wilsonInterval,
} from './index.js';
import { countNumbers, numericSpec } from './testing.js';

const COUNTS: number[][] = [
  [],
  [0],
  [0, 0],
  [1],
  [1, 2],
  [1, 2, 3],
  [-1, 2],
  [Number.NaN, 1],
  [Infinity, 1],
  [0, 5],
  [5, 0],
  [5e-324, 1],
  [1e308, 1e308],
  [0.5, 0.25],
];
const SAMPLES: (number | null)[][] = [
  [],
  [1],
  [1, 1],
  [1, 2],
  [Number.NaN],
  [null],
  [Infinity, -Infinity],
  [1, Number.NaN, Infinity],
  [5e-324, 0],
  [1.7e308, -1.7e308, 0],
  [-0, 0],
];
const NUMBERS = [0, 1, -1, 0.5, 3, 10, 1e-300, 1e308, Infinity, Number.NaN];

/** Where NaN or an infinity is in an answer; null where nowhere. */
function oddity(value: unknown, path = 'answer'): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${path} is ${value}`;
  if (value === null || typeof value !== 'object') return null;
  for (const [key, part] of Object.entries(value)) {
    const found = oddity(part, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** What is wrong with calls: anything but an answer of finite numbers and nulls, or a typed error. */
function wrongOf<Args extends unknown[]>(f: (...args: Args) => unknown, calls: Iterable<Args>): string[] {
  const wrong: string[] = [];
  for (const args of calls) {
    const called = JSON.stringify(args, (_, x) => (typeof x === 'number' ? String(x) : x));
    try {
      const odd = oddity(f(...args));
      if (odd !== null) wrong.push(`${called}: ${odd}`);
    } catch (error) {
      if (!(error instanceof StatsInputError)) wrong.push(`${called}: threw ${String(error)}`);
    }
  }
  return wrong;
}

function* pairsOf<T>(all: readonly T[]): Generator<[T, T]> {
  for (const a of all) for (const b of all) yield [a, b];
}
function* triplesOf<T>(all: readonly T[]): Generator<[T, T, T]> {
  for (const [a, b] of pairsOf(all)) for (const c of all) yield [a, b, c];
}

/** Functions of arguments `A` with their names, as rows of `it.each`. */
function named<A extends unknown[]>(
  ...all: ((...args: A) => unknown)[]
): [string, (...args: A) => unknown][] {
  return all.map((f) => [f.name, f]);
}

describe('input that makes no sense gets a typed error or nothing, never NaN or an infinity', () => {
  it.each(
    named<[number[], number[]]>(
      psi,
      psiZeroEpsilon,
      psiFloorEpsilon,
      psiLaplace,
      psiDebiased,
      jsDivergence,
      jsDivergenceBase2,
      jsDistance,
      jsDistanceBase2,
      hellinger,
      totalVariation,
      largestDifference,
      chiSquareTest,
      gTest,
      ksBracket,
      trendTest,
    ),
  )('%s of two histograms', (_, f) => {
    expect(wrongOf(f, pairsOf(COUNTS))).toEqual([]);
    expect(() => f([1, 2], [1, 2, 3])).toThrow('current: has 3 bins where baseline has 2');
    expect(() => f([1, 2], [1, -2])).toThrow(
      'current: counts are 0 or from 1e-9 to 2^53, got -2 at position 1',
    );
    expect(() => f([Number.NaN, 2], [1, 2])).toThrow('baseline: counts are 0 or from 1e-9 to 2^53, got NaN');
    expect(() => f([1e-12, 2], [1, 2])).toThrow('baseline: counts are 0 or from 1e-9 to 2^53, got 1e-12');
    expect(() => f([1e16, 2], [1, 2])).toThrow(
      'baseline: counts are 0 or from 1e-9 to 2^53, got 10000000000000000',
    );
    expect(f([1, 2], [0, 0])).toBeNull();
  });

  it.each(
    named<[(number | null)[], (number | null)[]]>(
      ksStatistic,
      ksExactP,
      wasserstein,
      wassersteinNormalised,
      cramerVonMises,
    ),
  )('%s of two samples', (_, f) => {
    expect(wrongOf(f, pairsOf(SAMPLES))).toEqual([]);
    expect(f([1, 2, 3], [Number.NaN, null])).toBeNull();
  });

  it('Anderson–Darling and quantiles', () => {
    const two = (a: (number | null)[], b: (number | null)[]) => andersonDarling([a, b]);
    expect(wrongOf(two, pairsOf(SAMPLES))).toEqual([]);
    expect(
      wrongOf(
        (n) => quantiles(SAMPLES[9]!, [n]),
        NUMBERS.map((n) => [n] as [number]),
      ),
    ).toEqual([]);
    for (const sample of SAMPLES) expect(oddity(quantiles(sample, [0, 0.3, 1])), String(sample)).toBeNull();
  });

  it.each(
    named<[number, number, number]>(
      ksAsymptoticP,
      ksStephensP,
      ksFiniteP,
      binomialTail,
      binomialCdf,
      binomialQuantile,
      wilsonInterval,
      clopperPearsonInterval,
      quantileRanks,
      chiSquareTail,
      noncentralChiSquareTail,
      kolmogorovTail,
      kolmogorovFiniteTail,
      normalTail,
      normalUpperQuantile,
      betaCdf,
      betaQuantile,
      effectiveRows,
      psiNullMean,
      psiNullStd,
      alternativeConcentration,
      rowsForEffective,
      sequentialThreshold,
      latencyBin,
      latencyValue,
    ),
  )('%s of any numbers, and soon', (_, f) => {
    expect(wrongOf(f, triplesOf(NUMBERS))).toEqual([]);
  });

  it('PSI without drift, rows needed and excesses', () => {
    const calls = [...triplesOf(NUMBERS)].flatMap(([a, b, c]) =>
      [0, 0.5, 10, Number.NaN].map((d) => [a, b, c, d] as [number, number, number, number]),
    );
    const relevanceOf = (a: number, b: number, c: number, d: number) => relevanceP(a, b, c, d, 1000);
    for (const f of [
      psiCritical,
      psiExceedance,
      relevanceOf,
      minimumWindow,
      effectiveRowsNeeded,
      rareExcessP,
    ])
      expect(wrongOf(f, calls), f.name).toEqual([]);
  });

  it('control charts', () => {
    const series = [[], [1], [Number.NaN], [Infinity], [1e308, -1e308, 1e308], [1, 2, 3]];
    for (const x of series) {
      const calls = [...pairsOf(NUMBERS)];
      expect(wrongOf((std, k) => cusum(x, { mean: 0, std, k, h: 5 }), calls)).toEqual([]);
      expect(wrongOf((mean, h) => cusum(x, { mean, std: 1, k: 0.5, h }), calls)).toEqual([]);
      expect(wrongOf((mean, lambda) => ewma(x, { mean, std: 1, lambda, limit: 3 }), calls)).toEqual([]);
      expect(wrongOf((std, limit) => ewma(x, { mean: 0, std, lambda: 0.2, limit }), calls)).toEqual([]);
      expect(wrongOf((delta, threshold) => pageHinkley(x, { delta, threshold }), calls)).toEqual([]);
    }
  });

  it('adjusted p-values, performance without labels and latencies', () => {
    for (const f of [benjaminiHochberg, benjaminiYekutieli, holm]) {
      expect(f([])).toEqual([]);
      for (const p of [Number.NaN, -0.1, 1.1]) expect(() => f([0.5, p])).toThrow('p[1]: is a probability');
    }
    for (const p of [[], [0], [1], [0.5], [0, 0], [1, 1], [Number.NaN], [2]])
      expect(
        wrongOf(
          (t) => cbpe(p, t),
          NUMBERS.map((n) => [n] as [number]),
        ),
        String(p),
      ).toEqual([]);
    for (const counts of [new Map<number, number>(), new Map([[3, 0]]), [0, 1], new Map([[99_999, 1]])])
      expect(
        wrongOf(
          (q) => latencyQuantile(counts, q),
          NUMBERS.map((n) => [n] as [number]),
        ),
      ).toEqual([]);
    expect(() => latencyQuantile(new Map([[3, -1]]), 0.5)).toThrow('counts[3]: is a finite number ≥ 0');
    expect(() => latencyTotal([Number.NaN])).toThrow('counts[0]: is a finite number ≥ 0');
  });

  it('the e-process and the sequential detector', () => {
    const calls = [...pairsOf(COUNTS)].flatMap(([a, b]) =>
      NUMBERS.map((delta) => [a, b, delta] as [number[], number[], number]),
    );
    expect(wrongOf(logEValue, calls)).toEqual([]);
    const spec = numericSpec([1, 2, 3, 4]);
    const [before, after] = [countNumbers(spec, [1, 2, 3, 4]), countNumbers(spec, [4, 4, 4])];
    const step = (option: string, value: number) => {
      const start = sequentialStart(spec, before, { [option]: value });
      return sequentialStep(start, after, '2026-01-01T00:00:00.000Z');
    };
    for (const option of ['bins', 'delta', 'threshold', 'effect', 'phi'])
      expect(
        wrongOf(
          (value) => step(option, value),
          NUMBERS.map((n) => [n] as [number]),
        ),
        option,
      ).toEqual([]);
  });
});
