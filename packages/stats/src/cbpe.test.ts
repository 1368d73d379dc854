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

  it('gives the area under the curve the spread that drawn labels show', () => {
    const few = Array.from(uniforms(300, 5), (u) => Math.round(u * 40) / 40);
    const { auc, auc_sd } = cbpe(few, 0.5)!;
    const drawn = Array.from({ length: 400 }, (_, round) => {
      const coins = uniforms(300, 100 + round);
      const scores = (wanted: boolean) => few.filter((p, i) => coins[i]! < p === wanted);
      const [above, below] = [scores(true), scores(false)];
      let wins = 0;
      for (const x of above) for (const y of below) wins += x > y ? 1 : x === y ? 0.5 : 0;
      return wins / (above.length * below.length);
    });
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const sd = Math.sqrt(drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length);
    // The mean of 400 draws is known to sd / 20, their spread to about 4 %.
    expect(Math.abs(mean - auc!)).toBeLessThan(sd / 4);
    expect(auc_sd! / sd).toBeGreaterThan(0.87);
    expect(auc_sd! / sd).toBeLessThan(1.13);
  });

  it('is the same from rows and from counted scores', () => {
    const counted = cbpe([0.2, 0.7], 0.5, [3, 2])!;
    expect(counted).toEqual(cbpe([0.2, 0.2, 0.2, 0.7, 0.7], 0.5));
  });

  it('leaves out what is undefined, and says nothing of no rows', () => {
    expect(cbpe([0.1, 0.2], 0.5)).toMatchObject({ precision: null, precision_sd: null, recall: 0 });
    expect(cbpe([0, 0], 0.5)).toMatchObject({ recall: null, auc: null, auc_sd: null, f1: null, accuracy: 1 });
    expect(cbpe([], 0.5)).toBeNull();
  });

  it('refuses scores that are no probabilities', () => {
    expect(() => cbpe([0.5, 1.2], 0.5)).toThrow('p[1]: is a probability between 0 and 1, got 1.2');
    expect(() => cbpe([0.5], 0.5, [1, 2])).toThrow('weights: has 2 values for 1 scores');
  });
});
