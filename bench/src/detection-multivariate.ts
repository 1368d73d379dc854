// node tools/run-ts.mjs bench/src/detection-multivariate.ts: which joint detector sees a change of correlation alone?
import {
  type BinSpec,
  binCount,
  compileEmbedding,
  compileJoint,
  compileNumericBinner,
  DEFAULT_JUDGE_SETTINGS,
  embeddingEdges,
  FINE_BINS,
  fitJoint,
  judgeSignals,
  meanAndCovariance,
  numericEdges,
} from '@leeway/stats';
import { fitEmbedding } from '@leeway/stats/fit-embedding';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { classifierAuc } from './detection-classifier.js';
import { type Random, random } from './detection-random.js';

const FEATURES = 10;
const BASELINE = 10_000;
const TRIALS = 100;
const QUIET = 300;

type Draw = (rng: Random) => number[];

/** Ten standard normal features, the first five with correlation ρ to each other, signs as given. */
function correlated(rho: number, flipped = false): Draw {
  return (rng) => {
    const common = rng.normal();
    return Array.from({ length: FEATURES }, (_, i) => {
      const own = rng.normal();
      if (i >= 5) return own;
      const value = Math.sqrt(rho) * common + Math.sqrt(1 - rho) * own;
      return flipped && i === 0 ? -value : value;
    });
  };
}

const SCENES: { name: string; before: Draw; after: Draw }[] = [
  { name: 'correlation 0.6 → 0.2', before: correlated(0.6), after: correlated(0.2) },
  { name: 'correlation 0.2 → 0.6', before: correlated(0.2), after: correlated(0.6) },
  { name: 'independent → 0.5', before: correlated(0), after: correlated(0.5) },
  { name: 'sign of one of five flipped at 0.6', before: correlated(0.6), after: correlated(0.6, true) },
];

/** A score of one row, binned over the baseline's scores and judged by the gate. */
function scored(baseline: number[][], score: (row: number[]) => number): (window: number[][]) => number {
  return judged(specOf(baseline, score), baseline, score);
}

function specOf(baseline: number[][], score: (row: number[]) => number): BinSpec {
  const sorted = Float64Array.from(baseline, score).sort();
  return {
    kind: 'numeric',
    edges: numericEdges(sorted, FINE_BINS),
    min: sorted[0]!,
    max: sorted[sorted.length - 1]!,
    categories: [],
  };
}

function counter(spec: BinSpec, score: (row: number[]) => number): (rows: number[][]) => number[] {
  const binner = compileNumericBinner(spec);
  return (rows) => {
    const counts = new Array<number>(binCount(spec)).fill(0);
    for (const row of rows) counts[binner(score(row))]!++;
    return counts;
  };
}

function judged(
  spec: BinSpec,
  baseline: number[][],
  score: (row: number[]) => number,
): (window: number[][]) => number {
  const count = counter(spec, score);
  const before = count(baseline);
  return (window) =>
    judgeSignals(
      [{ signal: 's', spec, baseline: before, current: count(window) }],
      DEFAULT_JUDGE_SETTINGS,
    )[0]!.p_value ?? 1;
}

/** PCA reconstruction error with the components that hold 65 % of the variance, as NannyML does it. */
function reconstruction(baseline: number[][]): (row: number[]) => number {
  const { mean, covariance } = meanAndCovariance(baseline)!;
  const std = covariance.map((row, i) => Math.sqrt(row[i]!));
  const correlation = covariance.map((row, i) => row.map((x, j) => x / (std[i]! * std[j]!)));
  const eigen = new EigenvalueDecomposition(new Matrix(correlation), { assumeSymmetric: true });
  const directions = eigen.realEigenvalues
    .map((variance, i) => ({ variance, unit: eigen.eigenvectorMatrix.getColumn(i) }))
    .sort((a, b) => b.variance - a.variance);
  let held = 0;
  const unit: number[][] = [];
  for (const one of directions) {
    if (held >= 0.65 * FEATURES) break;
    held += one.variance;
    unit.push(one.unit);
  }
  return (row) => {
    const z = row.map((x, i) => (x - mean[i]!) / std[i]!);
    const rest = [...z];
    for (const c of unit) {
      const along = c.reduce((sum, x, i) => sum + x * z[i]!, 0);
      c.forEach((x, i) => {
        rest[i]! -= along * x;
      });
    }
    return Math.hypot(...rest);
  };
}

/** Each method as "the smaller, the more suspicious". */
function methods(baseline: number[][], rng: Random): Record<string, (window: number[][]) => number> {
  const { mean, covariance } = meanAndCovariance(baseline)!;
  const joint = fitJoint(mean.map(String), mean, covariance);
  const each = mean.map((_, i) => scored(baseline, (row) => row[i]!));
  return {
    'every feature by itself': (window) => Math.min(...each.map((p) => p(window))),
    'PCA reconstruction error': scored(baseline, reconstruction(baseline)),
    'whitened distance': scored(baseline, compileJoint(joint)),
    'domain classifier': (window) => -classifierAuc(baseline, window, rng),
  };
}

const result: Record<string, Record<string, Record<string, number>>> = {};
for (const rows of [500, 2000]) {
  const at: Record<string, Record<string, number>> = {};
  for (const scene of SCENES) {
    const rng = random(rows);
    const baseline = Array.from({ length: BASELINE }, () => scene.before(rng));
    const drawn = (draw: Draw) => Array.from({ length: rows }, () => draw(rng));
    at[scene.name] = {};
    for (const [name, method] of Object.entries(methods(baseline, rng))) {
      const slow = name === 'domain classifier';
      const quiet = Array.from({ length: slow ? 100 : QUIET }, () => method(drawn(scene.before))).sort(
        (a, b) => a - b,
      );
      // The same 1 % of false alarms for all, from their own quiet windows.
      const limit = quiet[Math.floor(quiet.length / 100)]!;
      const trials = slow ? TRIALS / 2 : TRIALS;
      let seen = 0;
      for (let i = 0; i < trials; i++) if (method(drawn(scene.after)) < limit) seen++;
      at[scene.name]![name] = seen / trials;
    }
  }
  result[rows] = at;
}

/** Embeddings: 64 numbers around eight topics; windows with other topics, another topic mix, and turned vectors. */
function embeddings(rows: number): Record<string, Record<string, number>> {
  const rng = random(64);
  const topics = Array.from({ length: 9 }, () => Array.from({ length: 64 }, () => rng.normal() / 2));
  const draw = (weights: number[], turned = false) => {
    let u = rng.uniform() * weights.reduce((a, b) => a + b, 0);
    const chosen = weights.findIndex((weight) => {
      u -= weight;
      return u < 0;
    });
    const topic = topics[chosen]!;
    const vector = topic.map((x) => x + rng.normal() / 2);
    return turned ? [...vector.slice(1), vector[0]!] : vector;
  };
  const even = [1, 1, 1, 1, 1, 1, 1, 1, 0];
  const baseline = Array.from({ length: BASELINE }, () => draw(even));
  const reference = fitEmbedding(baseline);
  const spec: BinSpec = {
    kind: 'embedding',
    edges: embeddingEdges(reference),
    min: 0,
    max: reference.centroids.length,
    categories: [],
  };
  const byRegion = judged(spec, baseline, compileEmbedding(reference));
  const byNorm = scored(baseline, (vector) => Math.hypot(...vector));
  const scenes: Record<string, () => number[]> = {
    'no drift': () => draw(even),
    'one topic three times as frequent': () => draw([3, 1, 1, 1, 1, 1, 1, 1, 0]),
    'a tenth of a new topic': () => draw([1, 1, 1, 1, 1, 1, 1, 1, 0.9]),
    'vectors of another model': () => draw(even, true),
  };
  return Object.fromEntries(
    Object.entries(scenes).map(([name, make]) => {
      let region = 0;
      let norm = 0;
      for (let i = 0; i < TRIALS; i++) {
        const window = Array.from({ length: rows }, make);
        // At the gate's own level: a false alert is one in some ten thousand windows.
        if (byRegion(window) < 1e-3) region++;
        if (byNorm(window) < 1e-3) norm++;
      }
      return [name, { regions: region / TRIALS, norm: norm / TRIALS }];
    }),
  );
}

/**
 * Share of windows of fresh rows that the gate calls moderate or significant, with a baseline counted on rows that the
 * reference was not fitted on (half of it, as baselines are built) and with one counted on the rows of the fit.
 */
function freshRows(features: number, rows: number): Record<string, number> {
  const rng = random(features + rows);
  const draw = () => {
    const common = rng.normal();
    return Array.from({ length: features }, () => common + rng.normal());
  };
  const alarms = { held_out: 0, fitted: 0 };
  const [baselines, windows] = [20, 25];
  for (let b = 0; b < baselines; b++) {
    const all = Array.from({ length: rows }, draw);
    const half = all.slice(0, rows / 2);
    for (const [name, fit, counted] of [
      ['held_out', half, all.slice(rows / 2)],
      ['fitted', all, all],
    ] as const) {
      const { mean, covariance } = meanAndCovariance(fit)!;
      const far = compileJoint(fitJoint(mean.map(String), mean, covariance));
      const judge = gate(counted, far);
      for (let w = 0; w < windows; w++) if (judge(Array.from({ length: 2_000 }, draw))) alarms[name]++;
    }
  }
  const share = (count: number) => count / (baselines * windows);
  return { held_out: share(alarms.held_out), fitted: share(alarms.fitted) };
}

function gate(baseline: number[][], score: (row: number[]) => number): (window: number[][]) => boolean {
  const spec = specOf(baseline, score);
  const count = counter(spec, score);
  const before = count(baseline);
  return (window) => {
    const one = { signal: 's', spec, baseline: before, current: count(window) };
    const { verdict } = judgeSignals([one], DEFAULT_JUDGE_SETTINGS)[0]!;
    return verdict === 'moderate' || verdict === 'significant';
  };
}

const fresh: Record<string, Record<string, number>> = {};
for (const [features, rows] of [
  [10, 1_000],
  [20, 1_000],
  [50, 1_000],
  [50, 5_000],
] as const)
  fresh[`${features} features, ${rows} baseline rows`] = freshRows(features, rows);

const report = {
  seen_at_1_percent: result,
  fresh_rows_alarms: fresh,
  embeddings_500_rows: embeddings(500),
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
