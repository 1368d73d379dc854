import { describe, expect, it } from 'vitest';
import { cusum } from './cusum.js';
import { ewma } from './ewma.js';
import { pageHinkley } from './page-hinkley.js';
import { normals } from './testing.js';

const quiet = Array.from(normals(300, 1));
const risen = [...quiet, ...normals(100, 2, 1)];

describe('control charts', () => {
  it('stay quiet on a steady series and find a rise within some tens of values', () => {
    const charts = {
      cusum: (x: number[]) => cusum(x, { mean: 0, std: 1, k: 0.5, h: 8 }).alarms,
      ewma: (x: number[]) => ewma(x, { mean: 0, std: 1, lambda: 0.1, limit: 4 }).alarms,
      pageHinkley: (x: number[]) => pageHinkley(x, { delta: 0.3, threshold: 15 }).alarms,
    };
    for (const [name, alarms] of Object.entries(charts)) {
      expect(alarms(quiet), name).toEqual([]);
      expect(alarms(risen)[0], name).toBeGreaterThanOrEqual(300);
      expect(alarms(risen)[0], name).toBeLessThan(340);
    }
  });

  it('refuse limits and values that make no sense', () => {
    expect(() => cusum([1], { mean: 0, std: 0, k: 1, h: 1 })).toThrow('std: is above 0, got 0');
    expect(() => ewma([1], { mean: 0, std: 1, lambda: 2, limit: 3 })).toThrow('lambda');
    expect(() => pageHinkley([1, Number.NaN], { delta: 0, threshold: 1 })).toThrow(
      'x: is finite everywhere, got NaN at position 1',
    );
    expect(() => pageHinkley([1], { delta: 0, threshold: -1 })).toThrow('threshold: is at least 0, got -1');
  });
});
