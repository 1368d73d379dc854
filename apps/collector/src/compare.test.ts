import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ComparedSignal } from '@leeway/contract';
import { ksStatistic } from '@leeway/stats';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { registerCompare } from './baseline/cli/compare.js';
import type { CompareContext } from './baseline/cli/compare-flags.js';
import { openPairThreads } from './pair-threads.js';
import { openFileReaders } from './store/samples/open-file-engine.js';
import { temporaryDirectory } from './store/testing.js';

const directory = temporaryDirectory();
const path = (name: string) => join(directory, name);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the command as the program does and keeps what it says. */
async function leeway(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { code: -1, out: '', err: '' };
  const context: CompareContext = {
    cwd: directory,
    out(text) {
      said.out += text;
    },
    err(text) {
      said.err += text;
    },
  };
  const program = new Command().exitOverride();
  registerCompare({ openReaders: () => openFileReaders(512), openThreads: openPairThreads })(
    program,
    async (action) => {
      said.code = await action(context);
    },
  );
  await program.parseAsync(['compare', ...argv], { from: 'user' });
  return said;
}

/** A generator of the same numbers every time. */
function numbers(seed: number) {
  let x = seed;
  return () => {
    x = (48_271 * x) % 2_147_483_647;
    return x / 2_147_483_647;
  };
}

function rows(count: number, seed: number, factor: number, cities: string[], constant: string) {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, i) => ({
    distance: Math.round(next() * 1e6 * factor) / 1e3,
    delay: i % 20 === 0 ? null : Math.round(next() * 100),
    city: cities[Math.floor(next() * cities.length)],
    vip: next() < 0.5,
    constant,
    id: `id-${seed}-${i}`,
  }));
}
const a = rows(4_000, 7, 1, ['Oslo', 'Bonn', 'Rome'], 'x');
const b = rows(3_000, 11, 1.6, ['Oslo', 'Bonn', 'Rome', 'Nowhere'], 'y');
const ndjson = (list: readonly object[]) => `${list.map((row) => JSON.stringify(row)).join('\n')}\n`;
const csv = (list: ReturnType<typeof rows>) =>
  `distance,delay,city,vip,constant,id\n${list.map((r) => [r.distance, r.delay ?? '', r.city, r.vip, r.constant, r.id].join(',')).join('\n')}\n`;
writeFileSync(path('a.ndjson'), ndjson(a));
writeFileSync(path('b.csv'), csv(b));
writeFileSync(path('same.csv'), csv(rows(3_000, 13, 1, ['Oslo', 'Bonn', 'Rome'], 'x')));

describe('leeway compare', () => {
  it('ranks what moved, with the exact KS of the raw values', async () => {
    const { code, out } = await leeway('a.ndjson', 'b.csv', '--json');
    expect(code).toBe(0);
    const answer = JSON.parse(out) as { verdict: string; signals: ComparedSignal[]; left_out: object[] };
    expect(answer.verdict).toBe('significant');
    for (const signal of answer.signals) expect(ComparedSignal.parse(signal)).toEqual(signal);
    const bySignal = new Map(answer.signals.map((signal) => [signal.signal, signal]));
    expect([...bySignal.keys()].sort()).toEqual([
      '@multivariate',
      'city',
      'constant',
      'delay',
      'distance',
      'vip',
    ]);
    const distance = bySignal.get('distance')!;
    const exact = ksStatistic(
      a.map((row) => row.distance),
      b.map((row) => row.distance),
    );
    expect(distance).toMatchObject({ verdict: 'significant', n_baseline: 4_000, n_current: 3_000 });
    expect(distance.ks_low).toBe(exact);
    expect(distance.ks_high).toBe(exact);
    expect(distance.direction?.way).toBe('up');
    expect(distance.out_of_range_share).toBeGreaterThan(0.3);
    expect(bySignal.get('city')).toMatchObject({ verdict: 'significant', ks_low: null });
    expect(bySignal.get('city')!.unseen_share).toBeCloseTo(0.25, 1);
    expect(bySignal.get('constant')).toMatchObject({ verdict: 'significant', unseen_share: 1 });
    expect(bySignal.get('delay')).toMatchObject({
      verdict: 'stable',
      missing_baseline: 0.05,
      missing_current: 0.05,
    });
    expect(answer.left_out).toMatchObject([{ column: 'id', code: 'identifier' }]);
  });

  it('ends with 1 when a signal is as bad as asked, else with 0', async () => {
    expect((await leeway('a.ndjson', 'b.csv', '--fail-on', 'significant')).code).toBe(1);
    expect((await leeway('a.ndjson', 'b.csv', '--fail-on', 'moderate')).code).toBe(1);
    const same = await leeway('a.ndjson', 'same.csv', '--fail-on', 'moderate');
    expect(same.code).toBe(0);
    expect(same.out).toMatch(/Worst: ● stable/);
  });

  it('ends with 1 when asked to be strict and B lacks a column or holds another kind in it', async () => {
    writeFileSync(
      path('numbers.csv'),
      `x,y\n${Array.from({ length: 500 }, (_, i) => `${i},${i % 7}`).join('\n')}\n`,
    );
    writeFileSync(
      path('words.csv'),
      `x,y\n${Array.from({ length: 500 }, (_, i) => `${i},w${i % 7}`).join('\n')}\n`,
    );
    writeFileSync(path('one.csv'), `x\n${Array.from({ length: 500 }, (_, i) => i).join('\n')}\n`);
    for (const b of ['words.csv', 'one.csv']) {
      expect((await leeway('numbers.csv', b, '--fail-on', 'moderate')).code).toBe(0);
      const { code, out } = await leeway('numbers.csv', b, '--strict');
      expect(code).toBe(1);
      expect(out).toMatch(/left out y: /);
    }
    expect((await leeway('numbers.csv', 'numbers.csv', '--strict')).code).toBe(0);
    // What B has beyond A, and what A itself leaves out, are no faults of B.
    expect((await leeway('one.csv', 'numbers.csv', '--strict')).code).toBe(0);
    expect((await leeway('a.ndjson', 'same.csv', '--strict')).code).toBe(0);
  });

  it('prints a table, worst first, and writes one file with every chart in it', async () => {
    const { code, out } = await leeway('a.ndjson', 'b.csv', '--html', 'report.html', '--limit', '1');
    expect(code).toBe(0);
    expect(out).toMatch(/◆ significant/);
    expect(out).toMatch(/and 5 more signals/);
    const html = readFileSync(path('report.html'), 'utf8');
    expect(html.match(/<svg /g)).toHaveLength(6);
    expect(html).toContain('<b>distance</b>');
    expect(html).not.toMatch(/src=|href=|@import|https?:/);
    expect(html).not.toMatch(/NaN|undefined/);
  });

  it('escapes names that look like markup', async () => {
    writeFileSync(path('x.csv'), `"<script>alert(1)</script>"\n${[1, 2, 3, 4, 5, 6].join('\n')}\n`);
    const { code } = await leeway('x.csv', 'x.csv', '--html', 'x.html');
    expect(code).toBe(0);
    expect(readFileSync(path('x.html'), 'utf8')).not.toContain('<script>');
  });

  it.each([
    [['nowhere.csv', 'b.csv'], /nowhere\.csv can't be read \(ENOENT\)/],
    [['a.ndjson', 'image.parquet'], /image\.parquet is a PNG image/],
    [['a.ndjson', 'other.csv'], /no column in common/],
    [['a.ndjson', 'b.csv', '--fail-on', 'bad'], /--fail-on takes moderate, significant, drifting/],
    [['a.ndjson', 'b.csv', '--kind', 'x=colour'], /--kind is written column=kind/],
    [['a.ndjson', 'b.csv', '--exclude', 'zzz'], /no column "zzz"/],
    [['a.ndjson', 'b.csv', '--moderate', '0.5'], /0 < moderate ≤ significant/],
  ])('ends with 2 and the reason for %j', async (argv, reason) => {
    writeFileSync(path('image.parquet'), Buffer.from('89504e470d0a1a0a', 'hex'));
    writeFileSync(path('other.csv'), 'z\n1\n2\n');
    const { code, err, out } = await leeway(...argv);
    expect(code).toBe(2);
    expect(err).toMatch(reason);
    expect(out).toBe('');
  });
});
