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

describe('the median of a window outside of the baseline’s range', () => {
  const positive = Float64Array.from(uniforms(5_000, 11), (u) => 10 + 5 * u);
  const own = numericSpec(positive);
  const told = (current: Float64Array, medians?: { baseline: number; current: number }) =>
    judgeSignals(
      [
        {
          signal: 's',
          spec: own,
          baseline: countNumbers(own, positive),
          current: countNumbers(own, current),
          ...(medians && { medians }),
        },
      ],
      DEFAULT_JUDGE_SETTINGS,
    )[0]!.direction!;

  it('is not told from counts, which only know the side', () => {
    expect(told(positive.map((x) => x * 1000))).toMatchObject({
      way: 'up',
      text: expect.stringMatching(/^median 12\.\d+ → above 15$/),
      median_baseline: expect.closeTo(12.5, 1),
      median_current: null,
    });
    expect(told(positive.map((x) => -x)).text).toMatch(/^median 12\.\d+ → below 10$/);
  });

  it('is told where the raw values’ own is given', () => {
    expect(
      told(
        positive.map((x) => x * 1000),
        { baseline: 12.5, current: 12_500 },
      ),
    ).toMatchObject({
      way: 'up',
      text: 'median 12.5 → 12,500 (×1000)',
      median_baseline: 12.5,
      median_current: 12_500,
    });
  });

  it('nor are the ends of a middle that has spread beyond it', () => {
    expect(told(positive.map((x) => 12.5 + (x - 12.5) * 20)).text).toMatch(
      /^middle 80 % 10\.\d+…14\.\d+ → below 10…above 15$/,
    );
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
