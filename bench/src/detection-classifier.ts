import type { Random } from './detection-random.js';

/**
 * A domain classifier: logistic regression on the features, their squares and products, trained to tell window from
 * baseline on half of the rows; its AUC on the other half says how well they can be told apart (0.5: not at all).
 */
export function classifierAuc(baseline: number[][], window: number[][], rng: Random): number {
  const sample = Array.from(
    { length: window.length },
    () => baseline[Math.floor(rng.uniform() * baseline.length)]!,
  );
  const rows = [
    ...sample.map((row) => ({ x: expanded(row), y: 0 })),
    ...window.map((row) => ({ x: expanded(row), y: 1 })),
  ];
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(rng.uniform() * (i + 1));
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  const half = rows.length >>> 1;
  const weights = trained(rows.slice(0, half));
  const scores = rows.slice(half).map((row) => ({ y: row.y, s: dot(weights, row.x) }));
  scores.sort((a, b) => a.s - b.s);
  let negatives = 0;
  let pairs = 0;
  let positives = 0;
  for (const { y } of scores) {
    if (y === 0) negatives++;
    else {
      positives++;
      pairs += negatives;
    }
  }
  return pairs / (positives * negatives);
}

function expanded(row: number[]): number[] {
  const features = [1, ...row];
  for (let i = 0; i < row.length; i++) for (let j = i; j < row.length; j++) features.push(row[i]! * row[j]!);
  return features;
}

function trained(rows: { x: number[]; y: number }[]): number[] {
  const weights = new Array<number>(rows[0]!.x.length).fill(0);
  for (let round = 0; round < 60; round++) {
    const gradient = new Array<number>(weights.length).fill(0);
    for (const { x, y } of rows) {
      const error = y - 1 / (1 + Math.exp(-dot(weights, x)));
      for (let i = 0; i < x.length; i++) gradient[i]! += (error * x[i]!) / rows.length;
    }
    for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! * 0.999 + 0.5 * gradient[i]!;
  }
  return weights;
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
