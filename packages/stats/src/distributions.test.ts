import { describe, expect, it } from 'vitest';
import { binomialCdf, binomialQuantile, binomialTail } from './binomial.js';
import { clopperPearsonInterval } from './clopper-pearson-interval.js';
import {
  chiSquareTail,
  chiSquareUpperQuantile,
  kolmogorovTail,
  noncentralChiSquareTail,
  normalTail,
  normalUpperQuantile,
} from './distributions.js';
import { wilsonInterval } from './wilson-interval.js';

/** P(Poisson(x) < a) summed term by term: the chi-square tail with 2a degrees of freedom at 2x. */
function poissonBelow(a: number, x: number): number {
  let log = -x;
  let sum = 0;
  for (let k = 0; k < a; k++) {
    sum += Math.exp(log);
    log += Math.log(x / (k + 1));
  }
  return sum;
}

describe('chi-square', () => {
  it('keeps its digits at thousands of degrees of freedom, where the library’s incomplete gamma loses them', () => {
    for (const [a, x] of [
      [1000, 1050],
      [2500, 2400],
      [5000, 5250],
    ] as const) {
      expect(chiSquareTail(2 * x, 2 * a) / poissonBelow(a, x)).toBeCloseTo(1, 8);
    }
  });

  it('has quantiles that its tail takes back', () => {
    for (const dof of [1, 9, 99, 801, 5000]) {
      for (const p of [0.9, 0.05, 1e-6])
        expect(chiSquareTail(chiSquareUpperQuantile(p, dof), dof) / p).toBeCloseTo(1, 8);
    }
    expect(chiSquareUpperQuantile(0, 3)).toBe(Infinity);
    expect([chiSquareTail(5, 0), chiSquareTail(-1, 3), chiSquareTail(Infinity, 3)]).toEqual([1, 1, 0]);
  });

  it('non-central is central at λ = 0 and nearly normal at huge λ, without a seam', () => {
    expect(noncentralChiSquareTail(16.9, 9, 0)).toBe(chiSquareTail(16.9, 9));
    const [below, above] = [1.99e6, 2.01e6].map((lambda) =>
      noncentralChiSquareTail(lambda + 9 + 1.5 * Math.sqrt(2 * (9 + 2 * lambda)), 9, lambda),
    );
    expect(below! / above!).toBeCloseTo(1, 2);
    expect(above).toBeCloseTo(normalTail(1.5), 10);
  });

  it('refuses parameters that make no sense', () => {
    expect(() => chiSquareTail(1, -1)).toThrow('dof: is a finite number ≥ 0, got -1');
    expect(() => chiSquareTail(Number.NaN, 1)).toThrow('x: is a number, got NaN');
    expect(() => noncentralChiSquareTail(1, 1, -2)).toThrow('lambda: is a finite number ≥ 0, got -2');
    expect(() => normalUpperQuantile(0)).toThrow('p: is between 0 and 1, got 0');
  });
});

describe('Kolmogorov’s law', () => {
  it('joins its two series without a seam and falls from 1 to 0', () => {
    expect(kolmogorovTail(1 - 1e-12)).toBeCloseTo(kolmogorovTail(1), 10);
    expect([kolmogorovTail(0), kolmogorovTail(0.01), kolmogorovTail(100)]).toEqual([1, 1, 0]);
  });
});

describe('binomial', () => {
  it('sums to 1 from both ends', () => {
    for (let k = 0; k <= 21; k++)
      expect(binomialCdf(k - 1, 20, 0.3) + binomialTail(k, 20, 0.3)).toBeCloseTo(1, 12);
    expect(binomialTail(1, 20, 0)).toBe(0);
    expect(binomialTail(0, 0, 0.5)).toBe(1);
  });

  it('has quantiles that are the least k reaching the probability', () => {
    const k = binomialQuantile(0.975, 1000, 0.95);
    expect(binomialCdf(k, 1000, 0.95)).toBeGreaterThanOrEqual(0.975);
    expect(binomialCdf(k - 1, 1000, 0.95)).toBeLessThan(0.975);
  });

  it('has intervals that hold the rate, null for no trials, refused for more hits than trials', () => {
    expect(wilsonInterval(0, 50)![0]).toBeCloseTo(0, 12);
    expect(clopperPearsonInterval(50, 50)![1]).toBe(1);
    expect([wilsonInterval(0, 0), clopperPearsonInterval(0, 0)]).toEqual([null, null]);
    expect(() => wilsonInterval(3, 2)).toThrow('k: is at most n = 2, got 3');
  });
});
