import { describe, expect, it } from 'vitest';
import { embeddingEdges, embeddingNumber } from './embedding.js';
import { fitEmbedding } from './fit-embedding.js';
import { judgeSignals } from './judge.js';
import { DEFAULT_JUDGE_SETTINGS } from './judgement.js';
import { fitJoint, jointDistance, meanAndCovariance } from './multivariate.js';
import { countNumbers, normals, numericSpec } from './testing.js';

/** n rows of three features, the first two with correlation ρ. */
function rowsOf(n: number, rho: number, seed: number): number[][] {
  const [common, a, b, c] = [seed, seed + 1, seed + 2, seed + 3].map((s) => normals(n, s));
  return Array.from({ length: n }, (_, i) => [
    10 + Math.sqrt(rho) * common![i]! + Math.sqrt(1 - rho) * a![i]!,
    5 * (Math.sqrt(rho) * common![i]! + Math.sqrt(1 - rho) * b![i]!),
    c![i]!,
  ]);
}

describe('the joint detector', () => {
  const baseline = rowsOf(10_000, 0.8, 1);
  const { mean, covariance } = meanAndCovariance(baseline)!;
  const reference = fitJoint(['a', 'b', 'c'], mean, covariance);

  it('measures distance from the cloud: √(features) on average, in whatever units', () => {
    const squares = baseline.map((row) => jointDistance(reference, row)! ** 2);
    expect(squares.reduce((a, b) => a + b, 0) / squares.length).toBeCloseTo(3, 1);
  });

  it('sees a change of correlation that no feature shows by itself', () => {
    const window = rowsOf(1000, 0.2, 50);
    const judge = (values: (row: number[]) => number) => {
      const spec = numericSpec(baseline.map(values));
      const counts = (rows: number[][]) => countNumbers(spec, rows.map(values));
      const one = { signal: 's', spec, baseline: counts(baseline), current: counts(window) };
      return judgeSignals([one], DEFAULT_JUDGE_SETTINGS)[0]!.verdict;
    };
    expect([0, 1, 2].map((i) => judge((row) => row[i]!))).toEqual(['stable', 'stable', 'stable']);
    expect(judge((row) => jointDistance(reference, row)!)).toBe('significant');
  });

  it('says nothing of a row with a feature missing', () => {
    expect(jointDistance(reference, mean)).toBeCloseTo(0, 10);
    for (const none of [null, undefined, Number.NaN])
      expect(jointDistance(reference, [mean[0]!, mean[1]!, none])).toBeNull();
  });

  it('counts a value however far off, infinity too, as eight standard deviations', () => {
    const at = (x: number) => jointDistance(reference, [mean[0]!, mean[1]!, x]);
    expect(at(Infinity)).toBe(at(mean[2]! + 9 * reference.std[2]!));
    expect(at(-Infinity)).toBe(at(-1e300));
    expect(at(Infinity)).toBeCloseTo(8, 1);
  });

  it('does without features that never vary, and sees at once when two that said the same part ways', () => {
    const twice = fitJoint(
      ['a', 'a again', 'constant'],
      [0, 0, 7],
      [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 0],
      ],
    );
    expect(jointDistance(twice, [2, 2, 9])).toBeCloseTo(2, 6);
    expect(jointDistance(twice, [2, 2.0001, 9])).toBeCloseTo(2, 4);
    expect(jointDistance(twice, [2, 2.1, 9])).toBeGreaterThan(10);
  });

  it('gives the same distance in whatever order the features come', () => {
    const turned = meanAndCovariance(baseline.map((row) => [...row].reverse()))!;
    const other = fitJoint(['c', 'b', 'a'], turned.mean, turned.covariance);
    for (const row of baseline.slice(0, 50))
      expect(jointDistance(other, [...row].reverse())).toBeCloseTo(jointDistance(reference, row)!, 9);
  });

  it('refuses shapes that don’t fit', () => {
    expect(() => fitJoint(['a'], [0], [[1]])).toThrow('signals: needs at least two numeric features, got 1');
    expect(() => fitJoint(['a', 'b'], [0, 0], [[1, 0]])).toThrow('covariance: is 2 × 2 with 2 means');
    expect(() =>
      fitJoint(
        ['a', 'b'],
        [0, Number.NaN],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toThrow('covariance: and means are finite');
    expect(meanAndCovariance([[1, 2]])).toBeNull();
  });
});

describe('embeddings', () => {
  /** n vectors around four corners of a cube of 8 dimensions, so many of each. */
  const vectors = (counts: number[], seed: number) =>
    counts.flatMap((n, corner) =>
      Array.from({ length: n }, (_, i) =>
        Array.from(normals(8, seed + 1000 * corner + i), (x, d) => 0.2 * x + ((corner >> (d % 3)) & 1)),
      ),
    );
  const baseline = vectors([500, 500, 500, 500], 1);
  const reference = fitEmbedding(baseline, 6);
  const spec = {
    kind: 'embedding' as const,
    edges: embeddingEdges(reference),
    min: 0,
    max: reference.centroids.length,
    categories: [],
    embedding: reference,
  };
  const verdict = (window: number[][]) => {
    const counts = (rows: number[][]) =>
      countNumbers(
        spec,
        rows.map((row) => embeddingNumber(reference, row)),
      );
    const one = { signal: 's', spec, baseline: counts(baseline), current: counts(window) };
    return judgeSignals([one], DEFAULT_JUDGE_SETTINGS)[0]!;
  };

  it('are stable while topics and their mix stay', () => {
    expect(verdict(vectors([150, 150, 150, 150], 7777)).verdict).toBe('stable');
  });

  it('drift when the mix of topics changes, and when vectors come from somewhere new', () => {
    const mix = verdict(vectors([400, 70, 70, 60], 7777));
    expect(mix.verdict).toBe('significant');
    expect(mix.direction?.text).toMatch(/^region(s \d–\d| \d.*) \d+ % → \d+ %; region/);
    const elsewhere = verdict(vectors([150, 150, 150, 150], 7777).map((v) => v.map((x) => x + 2)));
    expect(elsewhere.verdict).toBe('significant');
    expect(elsewhere.out_of_range_share).toBe(1);
    expect(elsewhere.direction?.text).toMatch(/^farther out than any in the baseline 0 % → 100 %/);
  });

  it('tell new places by themselves, also where they share a bin with the last region', () => {
    const many = fitEmbedding(baseline, 16);
    const own = { ...spec, edges: embeddingEdges(many), max: many.centroids.length, embedding: many };
    const counts = (rows: number[][]) =>
      countNumbers(
        own,
        rows.map((row) => embeddingNumber(many, row)),
      );
    const far = vectors([150, 150, 150, 150], 7777).map((v) => v.map((x) => x + 2));
    const one = { signal: 's', spec: own, baseline: counts(baseline), current: counts(far) };
    expect(judgeSignals([one], DEFAULT_JUDGE_SETTINGS)[0]!.direction?.text).toMatch(
      /^farther out than any in the baseline 0 % → 100 %; region/,
    );
  });

  it('of another length, or with an entry that is no number, are missing', () => {
    expect(embeddingNumber(reference, [1, 2])).toBeNaN();
    expect(embeddingNumber(reference, [Number.NaN, 0, 0, 0, 0, 0, 0, 0])).toBeNaN();
    expect(() => fitEmbedding([[1, 2], [1]])).toThrow('vectors[1]: has 2 finite numbers like the first');
    expect(() => fitEmbedding([])).toThrow('vectors: needs at least one, not empty');
  });

  it('count with the precision they are stored in, and ties go to the first region', () => {
    const pair = { dimensions: 1, centroids: [[0], [1]], usual: [0.1, 0.1], farthest: [1, 1] };
    expect(embeddingNumber(pair, [0.5])).toBeLessThan(1);
    expect(embeddingNumber(pair, [0.50001])).toBeGreaterThan(1);
    expect(embeddingNumber(reference, baseline[7]!)).toBe(
      embeddingNumber(reference, Float32Array.from(baseline[7]!)),
    );
  });

  it('keep every vector of the baseline off its limits, so that rounding decides nothing', () => {
    const few = fitEmbedding([...baseline.slice(0, 40), ...baseline.slice(0, 40)], 4);
    for (const vector of baseline.slice(0, 40)) {
      const number = embeddingNumber(few, vector);
      expect(number).toBeLessThan(4);
      expect(Math.abs(number * 2 - Math.round(number * 2))).toBeGreaterThan(1e-8);
    }
  });

  it('give the same regions every time', () => {
    expect(fitEmbedding(baseline, 6)).toEqual(reference);
    expect(new Set(reference.centroids.map(String)).size).toBe(6);
  });
});
