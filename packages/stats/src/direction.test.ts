import { describe, expect, it } from 'vitest';
import { judgeSignals } from './judge.js';
import { DEFAULT_JUDGE_SETTINGS } from './judgement.js';
import { countNumbers, normals, numericSpec, uniforms } from './testing.js';

const values = uniforms(12_000, 3);
const spec = numericSpec(values);
const baseline = countNumbers(spec, values);
const direction = (current: Iterable<number>, more: object = {}) =>
  judgeSignals(
    [{ signal: 's', spec: { ...spec, ...more }, baseline, current: countNumbers(spec, current) }],
    DEFAULT_JUDGE_SETTINGS,
  )[0]!.direction!;

describe('the direction of a shift into few bins', () => {
  it('is up at the top two bins and down at the lowest two, however close the values lie', () => {
    expect(direction(uniforms(2_000, 4).map((x) => 0.985 + 0.015 * x)).way).toBe('up');
    expect(direction(uniforms(2_000, 5).map((x) => 0.015 * x)).way).toBe('down');
    expect(direction(new Array<number>(2_000).fill(1)).way).toBe('up');
  });

  it('is narrower where values close up inside the baseline’s range', () => {
    expect(direction(uniforms(2_000, 6).map((x) => 0.495 + 0.01 * x)).way).toBe('narrower');
    expect(direction(uniforms(2_000, 7).map((x) => 0.6 + 0.01 * x)).way).toBe('narrower');
  });
});

describe('the direction of distances of whole rows', () => {
  it('says whether rows left the baseline’s cloud or moved into it', () => {
    const joint = { joint: {} };
    const away = direction(
      uniforms(2_000, 8).map((x) => 0.5 + x / 2),
      joint,
    );
    expect(away.text).toMatch(
      /^rows lie farther from the baseline's cloud: .*\(median distance 0\.\d+ → 0\.\d+\)$/,
    );
    const into = direction(
      uniforms(2_000, 9).map((x) => x / 2),
      joint,
    );
    expect(into.text).toMatch(/^rows lie closer to the middle of the baseline's cloud/);
    const wider = direction(normals(2_000, 10, 0.5, 0.9), joint);
    expect(wider.text).toMatch(
      /^more rows far from the baseline's cloud and in its middle: distance, middle 80 %/,
    );
  });
});
