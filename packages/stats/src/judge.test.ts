import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.js';
import { evidenceLevel, judgeSignals } from './judge.js';
import { DEFAULT_JUDGE_SETTINGS, type JudgeInput } from './judgement.js';
import { overdispersion, overdispersionWithin } from './overdispersion.js';
import { categoricalSpec, countNames, countNumbers, normals, numericSpec, uniforms } from './testing.js';

const settings = DEFAULT_JUDGE_SETTINGS;
const base = normals(10_000, 1);
const spec = numericSpec(base);
const baseline = countNumbers(spec, base);
const input = (signal: string, rows: number, seed: number, shift = 0, scale = 1): JudgeInput => ({
  signal,
  spec,
  baseline,
  current: countNumbers(spec, normals(rows, seed, shift, scale)),
});
const judge = (one: JudgeInput) => judgeSignals([one], settings)[0]!;

describe('a verdict', () => {
  it('needs evidence: noise above the band on a small window is no drift', () => {
    const signals = Array.from({ length: 200 }, (_, i) => input(`s${i}`, 100, 50 + i));
    const noisy = judgeSignals(signals, settings);
    expect(noisy.filter((one) => one.psi! > 0.1).length).toBeGreaterThan(50);
    expect(noisy.filter((one) => one.verdict !== 'insufficient_data')).toEqual([]);
  });

  it('needs effect: a difference beyond doubt but small is stable', () => {
    const small = judge(input('s', 100_000, 2, 0.1));
    expect(small.p_value).toBeLessThan(1e-15);
    expect(small.verdict).toBe('stable');
    expect(small.reason).toMatch(/^PSI 0\.01 on 100,000 events, below 0\.1$/);
  });

  it('grows with the shift, and its reason tells by how much and on how many events', () => {
    const verdicts = [0, 0.37, 0.7].map((shift, i) => judge(input('s', 5000, 3 + i, shift)));
    expect(verdicts.map((one) => one.verdict)).toEqual(['stable', 'moderate', 'significant']);
    expect(verdicts[2]!.reason).toMatch(/^PSI 0\.\d\d on 5,000 events \(needs \d+ to tell\)$/);
    expect(verdicts[2]!.rows_needed).toBeGreaterThan(200);
    expect(verdicts[2]!.rows_needed).toBeLessThan(500);
  });

  it('is the same for a signal whatever its neighbours are called, and q is the adjusted p of all', () => {
    const inputs = [input('a', 500, 5), input('b', 500, 6, 0.5), input('c', 500, 7)];
    const judged = judgeSignals(inputs, settings);
    expect(judged.map((one) => one.signal)).toEqual(['a', 'b', 'c']);
    expect(judged.map((one) => one.q_value)).toEqual(benjaminiHochberg(judged.map((one) => one.p_value!)));
    expect(judgeSignals([...inputs].reverse(), settings).reverse()).toEqual(judged);
  });

  it('spends a smaller budget on more windows', () => {
    const hourly = evidenceLevel({ ...settings, windowsPerDay: 24 });
    expect(evidenceLevel({ ...settings, windowsPerDay: 288 })).toBeCloseTo(hourly / 12, 12);
    expect(evidenceLevel({ ...settings, falseAlertsPerDay: 1000 })).toBe(0.05);
  });

  it('takes overdispersed rows for fewer: the same window is no evidence any more', () => {
    const moved = input('s', 300, 8, 0.6);
    expect(judge(moved).verdict).toBe('significant');
    const clustered = judge({ ...moved, phi: 12 });
    expect(clustered.verdict).toBe('insufficient_data');
    expect(clustered.chi2).toBeLessThan(judge(moved).chi2! / 8);
    expect(clustered.rows_needed).toBeGreaterThan(judge(moved).rows_needed! * 10);
  });

  it('gives the chi-square of all bins that PSI is of, also where a rare one decides', () => {
    const names = categoricalSpec(['a', 'b']);
    const before = countNames(names, { a: 5_000, b: 5_000 });
    const after = countNames(names, { a: 400, b: 400, new: 200 });
    const told = judge({ signal: 's', spec: names, baseline: before, current: after });
    // Named, named and unseen: scipy.stats.chi2_contingency([[5000, 5000, 0], [400, 400, 200]])
    expect(told).toMatchObject({ verdict: 'significant', dof: 2, chi2: expect.closeTo(2037.037, 2) });
    expect(told.reason).toMatch(/; unseen 0 % → 20 %$/);
  });

  it('compares with the reference given and says which', () => {
    const night = countNumbers(spec, normals(3000, 9, 1));
    const atNight = {
      ...input('s', 1000, 10, 1),
      reference: { kind: 'hour_of_week' as const, counts: night },
    };
    expect(judge(input('s', 1000, 10, 1)).verdict).toBe('significant');
    expect(judge(atNight)).toMatchObject({ verdict: 'stable', reference: 'hour_of_week', n_baseline: 3000 });
  });
});

describe('its direction', () => {
  it('says which way numbers moved', () => {
    const way = (shift: number, scale = 1) => judge(input('s', 3000, 11, shift, scale)).direction!.way;
    expect([way(0), way(0.6), way(-0.6), way(0, 2), way(0, 0.5)]).toEqual([
      'none',
      'up',
      'down',
      'wider',
      'narrower',
    ]);
  });

  it('names medians, with a ratio where values can’t be negative', () => {
    const values = Float64Array.from(uniforms(10_000, 12), (u) => 500 + 440 * u);
    const own = numericSpec(values);
    const current = countNumbers(
      own,
      Float64Array.from(uniforms(1000, 13), (u) => 700 + 230 * u),
    );
    const { direction } = judge({ signal: 's', spec: own, baseline: countNumbers(own, values), current });
    expect(direction!.text).toMatch(/^median 7\d\d(\.\d)? → 8\d\d(\.\d)? \(×1\.\d+\)$/);
    expect(direction!.median_current).toBeGreaterThan(direction!.median_baseline!);
    expect(judge(input('s', 1000, 14, 1)).direction!.text).not.toContain('×');
  });

  it('names the categories that gained and lost', () => {
    const colours = categoricalSpec(['red', 'green', 'blue']);
    const { direction } = judge({
      signal: 's',
      spec: colours,
      baseline: countNames(colours, { red: 5000, green: 3000, blue: 2000 }),
      current: countNames(colours, { red: 200, green: 300, blue: 500 }),
    });
    expect(direction).toMatchObject({
      way: 'mixed',
      text: 'blue 20 % → 50 %; red 50 % → 20 %',
      median_baseline: null,
    });
    expect(direction!.gained).toEqual([{ bin: 'blue', baseline_share: 0.2, current_share: 0.5 }]);
  });
});

describe('overdispersion', () => {
  const blocks = (clump: number) =>
    Array.from({ length: 20 }, (_, b) => {
      const rows = normals(500 / clump, 20 + b);
      return countNumbers(
        spec,
        Array.from({ length: 500 }, (_, i) => rows[Math.floor(i / clump)]!),
      );
    });

  it('is about 1 for independent rows and the size of the clumps for clumped ones', () => {
    expect(overdispersion(blocks(1), spec)).toBeLessThan(1.3);
    expect(overdispersion(blocks(5), spec)).toBeGreaterThan(3.5);
    expect(overdispersion(blocks(5), spec)).toBeLessThan(6.5);
  });

  it('within groups leaves the difference between groups out', () => {
    const day = Array.from({ length: 8 }, (_, i) => countNumbers(spec, normals(400, 60 + i)));
    const night = Array.from({ length: 8 }, (_, i) => countNumbers(spec, normals(400, 80 + i, 1)));
    expect(overdispersion([...day, ...night], spec)).toBeGreaterThan(5);
    expect(overdispersionWithin([day, night], spec)).toBeLessThan(1.5);
  });

  it('is 1 where it can’t be told', () => {
    expect(overdispersion([], spec)).toBe(1);
    expect(overdispersion([baseline], spec)).toBe(1);
    expect(() => overdispersion([baseline, [1]], spec)).toThrow('groups[0][1]: has 1 bins');
  });
});

describe('speed', () => {
  it('is thousands of signals a second', () => {
    const many = Array.from({ length: 1000 }, (_, i) => input(`s${i}`, 300, 500 + (i % 20)));
    judgeSignals(many, settings);
    const before = process.cpuUsage();
    judgeSignals(many, settings);
    const { user, system } = process.cpuUsage(before);
    // About 25 ms of processor time; a busy machine stretches the clock, not this.
    expect((user + system) / 1000).toBeLessThan(400);
  });
});
