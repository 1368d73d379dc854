import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differences } from './differences.js';
import { parseGolden, runCase, runGolden } from './golden.js';

const file = parseGolden(readFileSync(new URL('../../golden/golden.json', import.meta.url), 'utf8'));

describe('oracle vectors', () => {
  it('are all there', () => {
    expect(file.cases).toHaveLength(92);
  });

  it.each(file.cases.map((item) => [`${item.kind} ${item.id}`, item] as const))('%s', (_, item) => {
    expect(runCase(item, file.default_tol)).toEqual([]);
  });

  it('fail when a kind, a key or a value is not the package’s', () => {
    const [first] = file.cases;
    const wrong = [
      { ...first!, kind: 'horoscope' },
      { ...first!, expect: { horoscope: 1 } },
      { ...first!, expect: { ks_stat: 0.5 } },
      { ...first!, expect: { ks_p_asymp: 1 } },
    ];
    const report = runGolden({ ...file, cases: [first!, ...wrong] });
    expect(report.passed).toBe(1);
    expect(report.failures.map((failure) => failure.lines[0])).toEqual([
      'unknown kind horoscope',
      "horoscope: no answer (the package doesn't know it)",
      'ks_stat: expected 0.5, got 0',
      'ks_p_asymp: expected 1, got null',
    ]);
  });

  it('are refused where there is nothing to compare', () => {
    const refused = (cases: unknown) => () => parseGolden(JSON.stringify({ schema: 1, cases }));
    expect(refused([])).toThrow('has no cases');
    expect(refused([{ kind: 'edges', input: {}, expect: {} }])).toThrow(
      'cases[0].expect names nothing to compare',
    );
    expect(refused([{ kind: 'edges', input: {} }])).toThrow('cases[0] needs kind, input and expect');
    expect(refused('none')).toThrow('needs an object with an array `cases`');
    expect(() => parseGolden('{')).toThrow(/^is no JSON: /);
    expect(() => parseGolden('{"schema": 2, "cases": []}')).toThrow('schema is 1, got 2');
  });

  it('take the tolerance of p-values where a name says p, a level in the name or not', () => {
    const off = (key: string) => differences({ [key]: 0.5 }, { [key]: 0.5 + 1e-8 }, file.default_tol);
    for (const key of ['chi2_p', 'g_p', 'ks_p_stephens', 'relevance_p_delta0.1', 'p_psi_gt_0.1'])
      expect(off(key), key).toEqual([]);
    for (const key of ['psi_raw', 'psi_laplace_0.5', 'psi_crit_0.05', 'ks_stat', 'precision'])
      expect(off(key), key).toHaveLength(1);
  });

  it('are compared in every field', () => {
    const leaves = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? Object.values(value).reduce((sum: number, part) => sum + leaves(part), 0)
        : 1;
    // An answer without a single field must differ in all of them.
    const missing = file.cases.reduce(
      (sum, item) => sum + differences(item.expect, {}, file.default_tol).length,
      0,
    );
    expect(missing).toBe(file.cases.reduce((sum, item) => sum + Object.keys(item.expect).length, 0));
    expect(file.cases.reduce((sum, item) => sum + leaves(item.expect), 0)).toBeGreaterThan(1000);
  });
});
