import { describe, expect, it } from 'vitest';
import { binCount } from './bins.js';
import { judgeSignals } from './judge.js';
import { DEFAULT_JUDGE_SETTINGS, type JudgeInput, type SignalJudgement } from './judgement.js';
import { categoricalSpec, countNames, countNumbers, normals, numericSpec, uniforms } from './testing.js';

/** Judges one signal and refuses NaN or an infinity anywhere in the answer. */
function judge(input: Omit<JudgeInput, 'signal'>): SignalJudgement {
  const [judged] = judgeSignals([{ signal: 's', ...input }], DEFAULT_JUDGE_SETTINGS);
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true);
    else if (value !== null && typeof value === 'object')
      for (const [k, v] of Object.entries(value)) walk(v, `${path}.${k}`);
  };
  walk(judged, 'judgement');
  return judged!;
}

function judgeNumbers(baseline: ArrayLike<number | null>, current: Iterable<number | null>): SignalJudgement {
  const values = Array.from(baseline);
  const spec = numericSpec(values.filter((x): x is number => x !== null));
  return judge({ spec, baseline: countNumbers(spec, values), current: countNumbers(spec, current) });
}

const told = (judged: SignalJudgement) => [judged.verdict, judged.reason];

describe('a constant feature', () => {
  const constant = new Array<number>(5000).fill(7);

  it('is stable while it stays constant', () => {
    expect(told(judgeNumbers(constant, new Array(1000).fill(7)))).toEqual([
      'stable',
      'PSI 0.000 on 1,000 events, below 0.1',
    ]);
  });

  it('is significant when it takes another value', () => {
    const judged = judgeNumbers(constant, [...new Array(900).fill(7), ...new Array(100).fill(8)]);
    expect(judged.verdict).toBe('significant');
    expect(judged.reason).toMatch(/^PSI 0\.\d+ on 1,000 events \(needs \d+ to tell\); above 7 0 % → 10 %$/);
    expect(judged.out_of_range_share).toBe(0.1);
  });
});

describe('missing values', () => {
  const values = normals(5000, 1);

  it('all of a window: significant, and the reason says so', () => {
    const judged = judgeNumbers(values, new Array(500).fill(null));
    expect(judged.verdict).toBe('significant');
    expect(judged.reason).toMatch(/; missing 0 % → 100 %$/);
    expect(judged).toMatchObject({
      missing_baseline: 0,
      missing_current: 1,
      ks_low: null,
      ks_high: null,
      out_of_range_share: null,
    });
    expect(judged.direction?.text).toBe('missing 0 % → 100 %');
  });

  it('a twentieth of a window: significant', () => {
    const judged = judgeNumbers(values, [...normals(1900, 2), ...new Array(100).fill(null)]);
    expect(judged.verdict).toBe('significant');
    expect(judged.reason).toMatch(/missing 0 % → 5 %$/);
  });

  it('one row in a thousand: stable', () => {
    const judged = judgeNumbers(values, [...normals(1999, 2), null]);
    expect(told(judged)).toEqual([
      'stable',
      expect.stringMatching(/^PSI 0\.\d+ on 2,000 events, below 0\.1$/),
    ]);
  });

  it('all of the baseline: values that turn up are significant', () => {
    const judged = judgeNumbers(new Array(5000).fill(null), uniforms(500, 3));
    expect(judged.verdict).toBe('significant');
    expect(judged.missing_baseline).toBe(1);
  });

  it('all of both: stable', () => {
    expect(judgeNumbers(new Array(5000).fill(null), new Array(500).fill(null)).verdict).toBe('stable');
  });
});

describe('categories', () => {
  it('just one, unchanged: stable; its replacement by an unseen one: significant', () => {
    const spec = categoricalSpec(['EU']);
    const baseline = countNames(spec, { EU: 10_000 });
    expect(judge({ spec, baseline, current: countNames(spec, { EU: 800 }) }).verdict).toBe('stable');
    const moved = judge({ spec, baseline, current: countNames(spec, { US: 800 }) });
    expect(moved.verdict).toBe('significant');
    expect(moved.reason).toMatch(/unseen 0 % → 100 %$/);
    expect(moved.unseen_share).toBe(1);
  });

  it('never seen in training, a tenth of the window: significant', () => {
    const spec = categoricalSpec(['a', 'b', 'c']);
    const baseline = countNames(spec, { a: 5000, b: 3000, c: 2000 });
    const judged = judge({ spec, baseline, current: countNames(spec, { a: 450, b: 270, c: 180, z: 100 }) });
    expect(judged.verdict).toBe('significant');
    expect(judged.reason).toMatch(/unseen 0 % → 10 %$/);
  });

  it('new names at the rate a long tail brings them: stable', () => {
    const tail = Array.from({ length: 1500 }, (_, i) => `t${i}`);
    const spec = { ...categoricalSpec(['a'], tail), singletons: 900 };
    const baseline = countNames(spec, { a: 7000, ...Object.fromEntries(tail.map((t) => [t, 2])) });
    const current = countNames(spec, {
      a: 2100,
      t1: 640,
      ...Object.fromEntries(Array.from({ length: 260 }, (_, i) => [`new${i}`, 1])),
    });
    expect(judge({ spec, baseline, current })).toMatchObject({
      verdict: 'stable',
      unseen_share: expect.closeTo(260 / 3000, 10),
    });
  });

  it('ten thousand of them', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const spec = categoricalSpec(names);
    const baseline = countNames(spec, Object.fromEntries(names.map((name) => [name, 3])));
    const same = countNames(spec, Object.fromEntries(names.map((name) => [name, 1])));
    expect(judge({ spec, baseline, current: same }).verdict).toBe('stable');
    const surged = judge({
      spec,
      baseline,
      current: countNames(spec, { ...Object.fromEntries(names.map((name) => [name, 1])), c77: 400 }),
    });
    expect(surged.verdict).toBe('significant');
    expect(surged.reason).toMatch(/; c77 0\.01 % → 3\.8 %$/);
    const halved = countNames(spec, Object.fromEntries(names.slice(0, 50).map((name) => [name, 200])));
    expect(judge({ spec, baseline, current: halved }).verdict).toBe('significant');
  });
});

describe('odd numbers', () => {
  it('infinities count as out of range, and a window of them is significant', () => {
    const judged = judgeNumbers(normals(5000, 1), [...normals(700, 2), ...new Array(300).fill(Infinity)]);
    expect(judged.verdict).toBe('significant');
    expect(judged.out_of_range_share).toBeGreaterThanOrEqual(0.3);
    expect(judged.direction?.way).toBe('up');
  });

  it('denormals keep their order', () => {
    const unit = Number.MIN_VALUE;
    const base = Array.from({ length: 5000 }, (_, i) => (i % 1000) * unit);
    expect(judgeNumbers(base, base.slice(0, 1000)).verdict).toBe('stable');
    const moved = judgeNumbers(
      base,
      base.slice(0, 1000).map((x) => x + 800 * unit),
    );
    expect(moved).toMatchObject({ verdict: 'significant', direction: { way: 'up' } });
  });

  it('the largest doubles neither overflow nor drift', () => {
    const base = Array.from(uniforms(5000, 5), (u) => (u - 0.5) * Number.MAX_VALUE);
    expect(
      judgeNumbers(
        base,
        Array.from(uniforms(1000, 6), (u) => (u - 0.5) * Number.MAX_VALUE),
      ).verdict,
    ).toBe('stable');
  });

  it('whole numbers with heavy ties: stable when alike, significant when the mix changes', () => {
    const children = (n: number, seed: number, stretch: number) =>
      Array.from(uniforms(n, seed), (u) => Math.min(6, Math.floor(-stretch * Math.log(1 - u))));
    expect(judgeNumbers(children(10_000, 7, 0.8), children(2000, 8, 0.8)).verdict).toBe('stable');
    const moved = judgeNumbers(children(10_000, 7, 0.8), children(2000, 8, 1.6));
    expect(moved).toMatchObject({ verdict: 'significant', direction: { way: 'up' } });
    expect(moved.reason).toMatch(/^PSI 0\.\d+ on 2,000 events \(needs \d+ to tell\)$/);
  });

  it('ten thousand fine bins', () => {
    const values = normals(50_000, 9);
    const spec = numericSpec(values, 10_000);
    expect(binCount(spec)).toBe(10_003);
    const baseline = countNumbers(spec, values);
    expect(judge({ spec, baseline, current: countNumbers(spec, normals(2000, 10)) }).verdict).toBe('stable');
    expect(judge({ spec, baseline, current: countNumbers(spec, normals(2000, 10, 1)) }).verdict).toBe(
      'significant',
    );
  });
});

describe('too few rows', () => {
  it('none: no data', () => {
    expect(told(judgeNumbers(normals(5000, 1), []))).toEqual(['no_data', 'no events in this window']);
  });

  it('one: insufficient, with how many are needed', () => {
    const judged = judgeNumbers(normals(5000, 1), [0.5]);
    expect(judged.verdict).toBe('insufficient_data');
    expect(judged.reason).toBe(`not enough events to judge: 1 of ${judged.rows_needed}`);
    expect(judged.rows_needed).toBeGreaterThan(100);
  });

  it('one, far outside the baseline: still insufficient', () => {
    expect(judgeNumbers(normals(5000, 1), [1e9]).verdict).toBe('insufficient_data');
  });

  it('a baseline of three: insufficient whatever comes, and the reason names the baseline', () => {
    for (const current of [normals(5000, 1), normals(5000, 1, 40)]) {
      const judged = judgeNumbers([1, 2, 3], current);
      expect(judged.verdict).toBe('insufficient_data');
      expect(judged.reason).toMatch(/^the baseline is too small to judge by: 3 rows, about \d+ needed$/);
      expect(judged.rows_needed).toBeNull();
    }
  });

  it('a baseline of none: insufficient', () => {
    expect(told(judgeNumbers([], [1, 2, 3]))).toEqual([
      'insufficient_data',
      'the baseline has no rows for this signal',
    ]);
  });

  it('a small window that leaves no doubt is judged all the same', () => {
    const judged = judgeNumbers(normals(5000, 1), normals(40, 2, 3));
    expect(judged.verdict).toBe('significant');
    expect(judged.n_current).toBeLessThan(judged.rows_needed!);
  });
});

describe('inputs that make no sense', () => {
  const spec = numericSpec([1, 2, 3]);
  const counts = countNumbers(spec, [1, 2, 3]);

  it('are refused with the signal and the field', () => {
    const bad = (change: Partial<JudgeInput>) => () =>
      judgeSignals(
        [{ signal: 'age', spec, baseline: counts, current: counts, ...change }],
        DEFAULT_JUDGE_SETTINGS,
      );
    expect(bad({ current: counts.map(() => -2) })).toThrow(
      'age.current: counts are 0 or from 1e-9 to 2^53, got -2 at position 0',
    );
    expect(bad({ current: counts.map(() => Number.NaN) })).toThrow(
      'age.current: counts are 0 or from 1e-9 to 2^53, got NaN',
    );
    expect(bad({ current: [1, 2] })).toThrow(/^age\.current: has 2 bins/);
    expect(bad({ baseline: [1], current: [1] })).toThrow(/^age\.baseline: has 1 counts/);
    expect(bad({ phi: 0.5 })).toThrow('age.phi: is a finite number ≥ 1, got 0.5');
    expect(bad({ reference: { kind: 'hour_of_week', counts: [1] } })).toThrow(/^age\.current/);
  });

  it('settings too', () => {
    const judged = (change: Partial<typeof DEFAULT_JUDGE_SETTINGS>) => () =>
      judgeSignals([], { ...DEFAULT_JUDGE_SETTINGS, ...change });
    expect(judged({ moderate: 0.3 })).toThrow('moderate: is above 0 and at most `significant`');
    expect(judged({ falseAlertsPerDay: 0 })).toThrow('falseAlertsPerDay: is above 0');
    expect(judged({ bins: 1 })).toThrow('bins: is a whole number ≥ 2, got 1');
    expect(judged({})()).toEqual([]);
  });
});
