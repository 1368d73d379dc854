import { describe, expect, it } from 'vitest';
import { sequentialStart, sequentialStep } from './sequential.js';
import { driftingReason, summariseSequential } from './sequential-verdict.js';
import { countNumbers, normals, numericSpec } from './testing.js';

describe('the sequential state in words', () => {
  const base = normals(5000, 1);
  const spec = numericSpec(base);
  const start = sequentialStart(spec, countNumbers(spec, base));

  it('is nothing before the first window', () => {
    expect([summariseSequential(start), driftingReason(start)]).toEqual([null, null]);
  });

  it('says since when and how surely a signal drifts', () => {
    const moved = countNumbers(spec, normals(2000, 2, 1));
    const state = sequentialStep(start, moved, '2024-01-01T01:00:00.000Z', '2024-01-01T00:00:00.000Z');
    expect(summariseSequential(state)).toMatchObject({
      drifting: true,
      threshold: 10,
      onset: '2024-01-01T00:00:00.000Z',
    });
    expect(driftingReason(state)).toMatch(
      /^drifting since 2024-01-01T00:00:00\.000Z: evidence e\^\d{3} over the windows since, alarm at e\^10$/,
    );
  });

  it('gives no reason while all is well', () => {
    const quiet = sequentialStep(start, countNumbers(spec, normals(200, 3)), '2024-01-01T01:00:00.000Z');
    expect(summariseSequential(quiet)).toMatchObject({ drifting: false, onset: null });
    expect(driftingReason(quiet)).toBeNull();
  });
});
