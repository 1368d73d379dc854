import { logGamma } from './distributions.js';
import { checkWhole, StatsInputError } from './errors.js';

/** Beyond this n·d² both sides of the band are crossed too rarely to matter: the one-sided law tells. */
const ONE_SIDED_FROM = { exact: 4, expanded: 2.2 };
/** Sizes up to which the exact matrix is used; its time grows with n^1.5. */
const MATRIX_LIMIT = 500;

/**
 * P(D_n ≥ d) of the one-sample Kolmogorov–Smirnov statistic for a sample of exactly n values, 0..1: `kolmogorovTail`
 * is its limit for large n. Relative error below 1e-7 (below 1e-9 except in the expansion).
 *
 * Far out, n·d² ≥ 4 or d ≥ ½, it is twice Smirnov's one-sided sum, whose terms are all positive, so small
 * probabilities keep their digits: O(n). Nearer, the exact power of Marsaglia, Tsang and Wang's matrix up to 500
 * values, O((nd)³ log n), and Pelz and Good's expansion to the third order above, O(1).
 * Sources: Marsaglia, Tsang and Wang, J. Stat. Softw. 8 (2003); Simard and L'Ecuyer, J. Stat. Softw. 39 (2011).
 *
 * @throws StatsInputError for n that is no whole number ≥ 1 or d that is no number
 */
export function kolmogorovFiniteTail(d: number, n: number): number {
  checkWhole('n', n, 1);
  if (Number.isNaN(d)) throw new StatsInputError('d', 'is a number, got NaN');
  if (d >= 1) return 0;
  if (n * d <= 0.5) return 1;
  const far = n <= MATRIX_LIMIT ? ONE_SIDED_FROM.exact : ONE_SIDED_FROM.expanded;
  const tail =
    d >= 0.5 || n * d * d >= far
      ? 2 * (oneSidedTail(d, n) - oneSidedTail(2 * d, n))
      : 1 - (n <= MATRIX_LIMIT ? byMatrix(d, n) : byExpansion(d, n));
  return Math.min(1, Math.max(0, tail));
}

/** P(D⁺ ≥ d), the sum of Birnbaum and Tingey: d Σ C(n, j) (d + j/n)^(j − 1) (1 − d − j/n)^(n − j). */
function oneSidedTail(d: number, n: number): number {
  const whole = logGamma(n + 1);
  let sum = 0;
  for (let j = 0; j <= n * (1 - d); j++) {
    const rest = 1 - d - j / n;
    if (rest <= 0) break;
    const choose = whole - logGamma(j + 1) - logGamma(n - j + 1);
    sum += Math.exp(choose + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
  }
  return d * sum;
}

/** P(D_n < d): an entry of the n-th power of a (2k − 1)-square matrix, k = ⌊nd⌋ + 1, times n!/nⁿ. */
function byMatrix(d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const size = 2 * k - 1;
  const h = k - n * d;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix[i * size + j] = i - j + 1 < 0 ? 0 : 1;
  for (let i = 0; i < size; i++) {
    matrix[i * size]! -= h ** (i + 1);
    matrix[(size - 1) * size + i]! -= h ** (size - i);
  }
  if (2 * h > 1) matrix[(size - 1) * size]! += (2 * h - 1) ** size;
  for (let i = 0; i < size; i++) {
    let factorial = 1;
    for (let j = i; j >= 0; j--) {
      factorial *= i - j + 1;
      matrix[i * size + j]! /= factorial;
    }
  }
  const { values, exponent } = power(matrix, size, n);
  let found = values[(k - 1) * size + k - 1]!;
  let scale = exponent;
  for (let i = 1; i <= n; i++) {
    found *= i / n;
    if (found < 1e-140) {
      found *= 1e140;
      scale -= 140;
    }
  }
  return found * 10 ** scale;
}

/** The n-th power, as values times 10^exponent so that it neither overflows nor vanishes. */
function power(matrix: Float64Array, size: number, n: number): { values: Float64Array; exponent: number } {
  if (n === 1) return { values: matrix, exponent: 0 };
  const half = power(matrix, size, Math.floor(n / 2));
  let values = product(half.values, half.values, size);
  let exponent = 2 * half.exponent;
  if (n % 2 === 1) values = product(values, matrix, size);
  const middle = ((size - 1) / 2) * (size + 1);
  if (values[middle]! > 1e140) {
    values = values.map((x) => x * 1e-140);
    exponent += 140;
  }
  return { values, exponent };
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const found = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]!;
      for (let j = 0; j < size; j++) found[i * size + j]! += factor * b[k * size + j]!;
    }
  return found;
}

/**
 * P(D_n < d) to the third order in 1/√n: K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^1.5 with z = √n·d, each a sum over
 * odd halves u = j + ½ (and whole j) of polynomials times exp(−π²u²/2z²).
 */
function byExpansion(d: number, n: number): number {
  const z = Math.sqrt(n) * d;
  const [z2, z4, z6] = [z ** 2, z ** 4, z ** 6];
  const pi2 = Math.PI ** 2;
  const terms = [0, 0, 0, 0];
  // Below z = 2 the terms fall by exp(−π²j/z²) at least, so twenty are plenty.
  for (let j = 0; j < 20; j++) {
    const u2 = pi2 * (j + 0.5) ** 2;
    const halves = 2 * Math.exp(-u2 / (2 * z2));
    terms[0]! += halves;
    terms[1]! += halves * (u2 - z2);
    terms[2]! += (halves * (6 * z6 + 2 * z4 + u2 * (2 * z4 - 5 * z2) + u2 ** 2 * (1 - 2 * z2))) / 72;
    terms[3]! +=
      (halves *
        (u2 ** 3 * (5 - 30 * z2) +
          u2 ** 2 * (-60 * z2 + 212 * z4) +
          u2 * (135 * z4 - 96 * z6) -
          30 * z6 -
          90 * z ** 8)) /
      6480;
    const w2 = pi2 * j ** 2;
    const wholes = 2 * Math.exp(-w2 / (2 * z2));
    terms[2]! -= (wholes * w2 * z4) / 36;
    terms[3]! += (wholes * (3 * w2 * z2 - w2 ** 2) * z4) / 216;
  }
  const root = Math.sqrt(Math.PI / 2);
  return (
    (root / z) * terms[0]! +
    (root / (6 * z4 * Math.sqrt(n))) * terms[1]! +
    (root / (z ** 7 * n)) * terms[2]! +
    (root / (z ** 10 * n ** 1.5)) * terms[3]!
  );
}
