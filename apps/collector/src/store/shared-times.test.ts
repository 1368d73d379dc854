import { describe, expect, it } from 'vitest';
import { sharedTimes } from './shared-times.js';

describe('times that models share', () => {
  it('are one part for all models that need the same', () => {
    const byModel = new Map([
      ['a', [1]],
      ['b', [1, 2]],
      ['c', [1]],
    ]);
    expect(sharedTimes(byModel, 24)).toEqual([
      { models: ['a', 'c'], times: [1] },
      { models: ['b'], times: [1, 2] },
    ]);
  });

  it('never make a part larger than its bound, and lose nothing', () => {
    const byModel = new Map(Array.from({ length: 100 }, (_, i) => [`m${i}`, i % 2 ? [1, 2, 3, 4, 5] : [7]]));
    const parts = sharedTimes(byModel, 4);
    for (const { models, times } of parts) expect(models.length * times.length).toBeLessThanOrEqual(4);
    const pairs = parts.flatMap(({ models, times }) => models.flatMap((m) => times.map((t) => `${m} ${t}`)));
    expect(new Set(pairs).size).toBe(50 * 5 + 50);
    expect(pairs.length).toBe(300);
  });
});
