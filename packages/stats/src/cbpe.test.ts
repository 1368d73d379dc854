import { describe, expect, it } from 'vitest';
import { cbpe } from './cbpe.js';
import { uniforms } from './testing.js';

describe('performance estimated without labels', () => {
  const scores = Array.from(uniforms(4000, 1), (u) => u * u);
  const estimate = cbpe(scores, 0.5)!;

  it('lies within its standard error of what the labels then say', () => {
    const coins = uniforms(4000, 2);
    const label = scores.map((p, i) => coins[i]! < p);
    const count = (f: (i: number) => boolean) => scores.filter((_, i) => f(i)).length;
    const tp = count((i) => label[i]! && scores[i]! >= 0.5);
    const fp = count((i) => !label[i]! && scores[i]! >= 0.5);
    const fn = count((i) => label[i]! && scores[i]! < 0.5);
    const real = {
      accuracy: (4000 - fp - fn) / 4000,
      precision: tp / (tp + fp),
      recall: tp / (tp + fn),
      f1: (2 * tp) / (2 * tp + fp + fn),
    };
    for (const name of ['accuracy', 'precision', 'recall', 'f1'] as const) {
      const gap = Math.abs(real[name] - estimate[name]!);
      expect(gap, name).toBeLessThan(3.5 * estimate[`${name}_sd`]!);
    }
  });

  it('is the same from rows and from counted scores', () => {
    const counted = cbpe([0.2, 0.7], 0.5, [3, 2])!;
    expect(counted).toEqual(cbpe([0.2, 0.2, 0.2, 0.7, 0.7], 0.5));
  });

  it('leaves out what is undefined, and says nothing of no rows', () => {
    expect(cbpe([0.1, 0.2], 0.5)).toMatchObject({ precision: null, precision_sd: null, recall: 0 });
    expect(cbpe([0, 0], 0.5)).toMatchObject({ recall: null, auc: null, f1: null, accuracy: 1 });
    expect(cbpe([], 0.5)).toBeNull();
  });

  it('refuses scores that are no probabilities', () => {
    expect(() => cbpe([0.5, 1.2], 0.5)).toThrow('p[1]: is a probability between 0 and 1, got 1.2');
    expect(() => cbpe([0.5], 0.5, [1, 2])).toThrow('weights: has 2 values for 1 scores');
  });
});
