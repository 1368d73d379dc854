import { BaselineOptions } from '@leeway/contract';
import { compileJoint, compileNumericBinner } from '@leeway/stats';
import { describe, expect, it } from 'vitest';
import { buildBaseline } from './build.js';
import { memoryFile } from './testing.js';

const ROWS = 2_000;
const wave = (seed: number) =>
  Array.from({ length: ROWS }, (_, i) => Math.sin(i * (1.3 + seed)) + Math.cos(i * (0.7 + seed * 0.31)));
const build = (columns: Record<string, (number | string | null)[]>, options: object = {}) =>
  buildBaseline(memoryFile(columns), {
    model: 'm',
    fileName: 'train.parquet',
    options: BaselineOptions.parse(options),
    now: 0,
  });
const jointOf = async (...args: Parameters<typeof build>) =>
  (await build(...args)).signals.find((signal) => signal.role === 'joint');
const why = async (...args: Parameters<typeof build>) =>
  (await build(...args)).left_out.find((one) => one.column === '@multivariate');

describe('the joint signal of a baseline', () => {
  it('is fitted on every other row and counts the rest, in the bins that ingest uses', async () => {
    const [a, b] = [wave(1), wave(2).map((x, i) => (i % 100 === 51 ? null : x))];
    const joint = (await jointOf({ a, b }))!;
    expect(joint).toMatchObject({ signal: '@multivariate', kind: 'numeric', rows: ROWS / 2, phi: 1 });
    const fitted = a.filter((_, i) => i % 2 === 0 && b[i] !== null);
    expect(joint.joint!.mean[0]).toBeCloseTo(fitted.reduce((x, y) => x + y, 0) / fitted.length, 10);
    const bin = compileNumericBinner(joint);
    const distance = compileJoint(joint.joint!);
    const counts = new Array<number>(joint.counts.length).fill(0);
    for (let i = 1; i < ROWS; i += 2) counts[b[i] === null ? 0 : bin(distance([a[i]!, b[i]!]))]!++;
    expect(joint.counts).toEqual(counts);
    expect(joint.counts[0]).toBe(20);
  });

  it('takes the fullest features while most rows have them all, and warns of the others', async () => {
    const holes = (share: number, seed: number) => wave(seed).map((x, i) => (i % 100 < share ? null : x));
    const columns = { a: wave(1), b: holes(5, 2), c: holes(40, 3), d: wave(4), e: wave(1).map(() => null) };
    const baseline = await build(columns);
    expect(baseline.signals.find((one) => one.role === 'joint')?.joint?.signals).toEqual(['a', 'b', 'd']);
    expect(baseline.warnings.join()).toContain('together is without c: it takes the 50 most important ones');
  });

  it('takes at most fifty, those named important first', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, wave(i)]));
    const joint = await jointOf(many, { importance: { f59: 3, f58: 2 } });
    expect(joint?.joint?.signals).toHaveLength(50);
    expect(joint?.joint?.signals.slice(0, 3)).toEqual(['f59', 'f58', 'f0']);
  });

  it('is left out, with the reason, where there is nothing to fit or nobody wants it', async () => {
    const city = wave(1).map((x) => (x > 0 ? 'Oslo' : 'Bonn'));
    expect(await why({ a: wave(1), city })).toMatchObject({ code: 'too_few_features' });
    expect(await why({ a: wave(1), b: wave(2) }, { multivariate: false })).toMatchObject({
      code: 'excluded',
    });
    const short = (seed: number) => wave(seed).slice(0, 120);
    expect((await why({ a: short(1), b: short(2) }))?.message).toBe(
      'takes 100 complete rows to see how 2 features hang together, and 60 are there for it',
    );
    const huge = wave(2).map((x) => x * 1e200);
    expect(await why({ a: wave(1), b: huge })).toMatchObject({ code: 'too_large' });
    const rare = wave(3).map((x, i) => (i % 2 ? x : null));
    expect((await why({ a: wave(1), b: rare }))?.message).toMatch(/fewer than two .* values in most rows/);
  });

  it('is the same for the same file, and changes the baseline’s id with it', async () => {
    const columns = { a: wave(1), b: wave(2) };
    const [one, two, without] = [
      await build(columns),
      await build(columns),
      await build(columns, { multivariate: false }),
    ];
    expect(two.id).toBe(one.id);
    expect(without.id).not.toBe(one.id);
  });
});
