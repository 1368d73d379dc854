import { Baseline, BaselineOptions } from '@leeway/contract';
import { compileCategoricalBinner, compileNumericBinner } from '@leeway/stats';
import { describe, expect, it } from 'vitest';
import { buildBaseline } from './build.js';
import { memoryFile } from './testing.js';

const NOW = Date.parse('2026-03-02T10:00:00Z');
const input = (options: object = {}, fileName = 'train.parquet') => ({
  model: 'm',
  fileName,
  options: BaselineOptions.parse(options),
  now: NOW,
});
const numbers = Array.from({ length: 2_000 }, (_, i) => (i % 50 === 0 ? null : Math.sin(i) * 100));
const cities = Array.from({ length: 2_000 }, (_, i) => (i % 9 ? ['Oslo', 'Bonn', 'Rome'][i % 3]! : null));

describe('building a baseline', () => {
  it('fixes bins whose counts are those of the binners that ingest uses', async () => {
    const baseline = await buildBaseline(memoryFile({ x: numbers, city: cities }), input());
    expect(Baseline.parse(baseline)).toEqual(baseline);
    const [x, city] = baseline.signals;
    const binX = compileNumericBinner(x!);
    const counts = new Array<number>(x!.counts.length).fill(0);
    for (const value of numbers) counts[binX(value)]!++;
    expect(x!.counts).toEqual(counts);
    expect(x!.counts.reduce((a, b) => a + b, 0)).toBe(2_000);
    expect(x!.edges.length).toBe(119);
    const binCity = compileCategoricalBinner(city!);
    const named = new Array<number>(city!.counts.length).fill(0);
    for (const value of cities) named[binCity(value)]!++;
    expect(city!.counts).toEqual(named);
    expect([...city!.categories].sort()).toEqual(['Bonn', 'Oslo', 'Rome']);
    expect(x).toMatchObject({ role: 'feature', rows: 2_000, min: Math.min(...numbers.map(Number)) });
    expect(Math.abs(x!.quantiles![3]!)).toBeLessThan(5);
  });

  it('has the same id for the same data under any name, another for other data', async () => {
    const file = () => memoryFile({ x: numbers });
    const one = await buildBaseline(file(), input());
    const two = await buildBaseline(file(), { ...input({ name: 'again' }, 'copy.parquet'), now: NOW + 1 });
    expect(two.id).toBe(one.id);
    expect(two.name).toBe('again');
    const changed = await buildBaseline(memoryFile({ x: [...numbers.slice(1), 7] }), input());
    expect(changed.id).not.toBe(one.id);
  });

  it('keeps the tail of many categories together and remembers its names', async () => {
    const values = Array.from({ length: 3_000 }, (_, i) => `c${i % 300}`);
    const baseline = await buildBaseline(memoryFile({ c: values }), input());
    const [signal] = baseline.signals;
    expect(signal!.categories).toHaveLength(200);
    expect(signal!.tail).toHaveLength(100);
    expect(signal!.counts[201]).toBe(1_000);
    expect(signal!.singletons).toBe(0);
  });

  it('survives infinities, huge and tiny numbers, and ties', async () => {
    const odd = [Infinity, -Infinity, 1e308, -1e308, 5e-324, -0, 0, 0, 0, Number.NaN, null, 1];
    const baseline = await buildBaseline(memoryFile({ odd, tie: odd.map((_, i) => (i ? 5 : 6)) }), input());
    expect(Baseline.safeParse(JSON.parse(JSON.stringify(baseline))).success).toBe(true);
    const [signal] = baseline.signals;
    expect(signal!.counts[0]).toBe(2);
    expect(signal!.counts[1]).toBe(1);
    expect(signal!.counts[signal!.counts.length - 1]).toBe(1);
    expect(signal!.counts.reduce((a, b) => a + b, 0)).toBe(odd.length);
  });

  it('says why no column can be watched', async () => {
    const failure = await buildBaseline(
      memoryFile({ same: numbers.map(() => 1), none: numbers.map(() => null) }),
      input(),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'BaselineError', code: 'no_usable_column' });
    expect((failure as Error).message).toMatch(/same: has the same value in every row.*none: has no value/);
  });
});
