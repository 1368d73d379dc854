import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparedSignal, LeftOut } from '@leeway/contract';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCompare } from './baseline/cli/compare.js';
import { openPairThreads } from './pair-threads.js';
import { openFileEngine, openFileReaders } from './store/samples/open-file-engine.js';
import { raw } from './store/sql.js';
import { temporaryDirectory } from './store/testing.js';

const directory = temporaryDirectory();
const path = (name: string) => join(directory, name);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Answer {
  verdict: string;
  signals: ComparedSignal[];
  left_out: LeftOut[];
}

/** Compares two files as the command does; every number of its answer is finite. */
async function compare(a: string, b: string): Promise<Answer> {
  let out = '';
  let code = -1;
  const context = {
    cwd: directory,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      out += text;
    },
  };
  const program = new Command().exitOverride();
  const tools = { openReaders: () => openFileReaders(512), openThreads: openPairThreads };
  registerCompare(tools)(program, async (action) => {
    code = await action(context);
  });
  await program.parseAsync(['compare', a, b, '--json'], { from: 'user' });
  expect(code, out).toBe(0);
  expect(out).not.toMatch(/NaN|Infinity/);
  return JSON.parse(out) as Answer;
}

/** A generator of the same numbers every time. */
function uniforms(seed: number) {
  let x = seed;
  return () => {
    x = (48_271 * x) % 2_147_483_647;
    return x / 2_147_483_647;
  };
}
function normals(seed: number) {
  const u = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u());
}

type Cell = number | string | null;
function writeCsv(name: string, columns: Record<string, readonly Cell[]>): string {
  const names = Object.keys(columns);
  const lines = columns[names[0]!]!.map((_, i) => names.map((column) => columns[column]![i] ?? '').join(','));
  writeFileSync(path(name), `${names.join(',')}\n${lines.join('\n')}\n`);
  return name;
}

const list = (rows: number, of: (i: number) => Cell) => Array.from({ length: rows }, (_, i) => of(i));

describe('odd columns, from file to verdict', () => {
  const ROWS = 4_000;
  let told: Map<string, ComparedSignal>;
  let leftOut: Map<string, LeftOut>;

  beforeAll(async () => {
    const table = (seed: number, b: boolean): Record<string, readonly Cell[]> => {
      const u = uniforms(seed);
      return {
        constant: list(ROWS, () => 7),
        'constant moved': list(ROWS, () => (b ? 8 : 7)),
        'turned null': list(ROWS, () => (b ? null : u())),
        'null in both': list(ROWS, () => null),
        'one category': list(ROWS, () => 'x'),
        'category replaced': list(ROWS, () => (b ? 'y' : 'x')),
        'new category': list(ROWS, () => (b && u() < 0.1 ? 'new' : u() < 0.5 ? 'p' : 'q')),
        infinite: list(ROWS, () => (u() < 0.01 ? 'inf' : u() < 0.01 ? '-inf' : u())),
        'infinite now': list(ROWS, () => (b && u() < 0.2 ? 'inf' : u())),
        denormal: list(ROWS, () => u() * 4e-320),
        'denormal moved': list(ROWS, () => u() * 4e-320 + (b ? 2e-320 : 0)),
        'largest doubles': list(ROWS, () => (u() - 0.5) * 3e307),
        ties: list(ROWS, () => Math.floor(u() * u() * 12)),
        'ties moved': list(ROWS, () => Math.floor(u() * u() * 12) + (b && u() < 0.9 ? 1 : 0)),
      };
    };
    const found = await compare(
      writeCsv('odd-a.csv', table(1, false)),
      writeCsv('odd-b.csv', table(2, true)),
    );
    told = new Map(found.signals.map((signal) => [signal.signal, signal]));
    leftOut = new Map(found.left_out.map((one) => [one.column, one]));
  });

  it.each([
    ['constant', 'stable', /^PSI 0\.000 on 4,000 events, below 0\.1$/],
    ['constant moved', 'significant', /^PSI 17\.97 on 4,000 events/],
    ['turned null', 'significant', /missing 0 % → 100 %/],
    ['one category', 'stable', /^PSI 0\.000 on 4,000 events, below 0\.1$/],
    ['category replaced', 'significant', /unseen 0 % → 100 %/],
    ['new category', 'significant', /unseen 0 % → 11 %/],
    ['infinite', 'stable', /below 0\.1/],
    ['infinite now', 'significant', /^PSI 0\.22 on 4,000 events/],
    ['denormal', 'stable', /below 0\.1/],
    ['denormal moved', 'significant', /^PSI \d/],
    ['largest doubles', 'stable', /below 0\.1/],
    ['ties', 'stable', /below 0\.1/],
    ['ties moved', 'significant', /^PSI \d/],
  ])('%s: %s', (signal, verdict, reason) => {
    const one = told.get(signal)!;
    expect([one.verdict, one.reason]).toEqual([verdict, expect.stringMatching(reason)]);
    if (verdict === 'significant') expect(one.direction?.text).toBeTruthy();
  });

  it('null in both: left out, and why', () => {
    expect(leftOut.get('null in both')).toMatchObject({
      code: 'all_missing',
      message: 'has no value in any row',
    });
  });

  it('ten thousand categories: left out, and why', async () => {
    const cells = (from: number) => ({
      many: list(20_000, (i) => `c${from + (i % 10_000)}`),
      x: list(20_000, (i) => i),
    });
    const { left_out } = await compare(writeCsv('many-a.csv', cells(0)), writeCsv('many-b.csv', cells(1)));
    expect(left_out).toMatchObject([{ column: 'many', code: 'too_many_categories' }]);
  });

  it('too few rows: insufficient, with how many are needed', async () => {
    const u = uniforms(5);
    const many = writeCsv('rows-many.csv', { x: list(2_000, () => u()) });
    const one = writeCsv('rows-one.csv', { x: [0.5] });
    const three = writeCsv('rows-three.csv', { x: [0.1, 0.2, 0.9] });
    const [judged] = (await compare(many, one)).signals;
    expect(judged).toMatchObject({ verdict: 'insufficient_data', n_current: 1 });
    expect(judged!.rows_needed).toBeGreaterThan(1);
    expect(judged!.reason).toMatch(/^not enough events to judge: 1 of \d+$/);
    const [few] = (await compare(three, many)).signals;
    expect(few).toMatchObject({ verdict: 'insufficient_data', n_baseline: 3 });
    expect(few!.reason).toMatch(/baseline/);
  });
});

describe('columns with the names of what every object has', () => {
  it('are columns like any other', async () => {
    const u = uniforms(9);
    const cells = () =>
      Object.fromEntries([
        ['__proto__', list(2_000, () => u())],
        ['constructor', list(2_000, () => (u() < 0.5 ? 'a' : 'b'))],
        ['toString', list(2_000, () => 3)],
      ]);
    const { signals } = await compare(writeCsv('names-a.csv', cells()), writeCsv('names-b.csv', cells()));
    expect(signals.map(({ signal, kind, verdict }) => [signal, kind, verdict]).sort()).toEqual([
      ['__proto__', 'numeric', 'stable'],
      ['constructor', 'categorical', 'stable'],
      ['toString', 'numeric', 'stable'],
    ]);
  });
});

describe('a change of unit', () => {
  it('is told by its factor, however far beyond A’s range B lies', async () => {
    const cells = (seed: number, factor: number) => {
      const u = uniforms(seed);
      return { metres: list(3_000, () => (Math.round((1 + u()) * 1e6) / 1e6) * factor) };
    };
    const { signals } = await compare(
      writeCsv('unit-a.csv', cells(1, 1)),
      writeCsv('unit-b.csv', cells(2, 1000)),
    );
    expect(signals[0]!.direction).toMatchObject({
      way: 'up',
      text: expect.stringMatching(/^median 1\.\d+ → 1,\d+ \(×(9\d\d|1\d\d\d)\)$/),
    });
  });
});

describe('numeric columns together', () => {
  const pairs = (seed: number, rows: number, correlation: number) => {
    const normal = normals(seed);
    const x = list(rows, () => normal()) as number[];
    const rest = Math.sqrt(1 - correlation ** 2);
    return { x, y: x.map((value) => correlation * value + rest * normal()), z: x.map(() => normal()) };
  };

  it('show a correlation that is gone, which no single column does', async () => {
    const { signals } = await compare(
      writeCsv('joint-a.csv', pairs(3, 10_000, 0.9)),
      writeCsv('joint-b.csv', pairs(4, 10_000, 0)),
    );
    expect(signals.map(({ signal, verdict }) => [signal, verdict])).toEqual([
      ['@multivariate', 'significant'],
      expect.arrayContaining(['stable']),
      expect.arrayContaining(['stable']),
      expect.arrayContaining(['stable']),
    ]);
    expect(signals[0]!.direction!.text).toMatch(/^rows lie farther from the baseline's cloud: /);
  });

  it('are stable in the halves of one file, whatever the split', async () => {
    for (const seed of [5, 6, 7, 8]) {
      const whole = pairs(seed, 12_000, 0.8);
      const part = (half: number) =>
        Object.fromEntries(
          Object.entries(whole).map(([name, column]) => [name, column.filter((_, i) => i % 2 === half)]),
        );
      const { signals } = await compare(writeCsv('half-a.csv', part(0)), writeCsv('half-b.csv', part(1)));
      expect(signals.map(({ verdict }) => verdict)).toEqual(['stable', 'stable', 'stable', 'stable']);
    }
  });
});

describe('Parquet', () => {
  /** Rows as the engine draws them, written in every format; the same rows each time. */
  const write = async (seed: number, shift: number, names: Record<string, string>) => {
    const engine = await openFileEngine(512);
    const u = (salt: number) => `((cityHash64(number, ${seed}, ${salt}) % 1000003) / 1000003)`;
    const select = `SELECT CAST(if(number % 13 = 0, NULL, ${u(1)} * 100 + ${shift}), 'Nullable(Float64)') AS gaps,
        CAST(multiIf(number % 50 = 0, nan, number % 51 = 0, inf, number % 53 = 0, -inf, ${u(2)}), 'Float64') AS odd,
        toInt64(floor(${u(3)} * 30)) AS whole, toInt32(floor(${u(4)} * ${u(4)} * 9)) AS few,
        toFloat32(floor(${u(5)} * ${u(6)} * 1000) / 8) AS single, toUInt8(floor(${u(7)} * 200)) AS byte,
        CAST(NULL, 'Nullable(Float64)') AS never, toFloat64(4) AS constant,
        if(${u(8)} < 0.3, 'a', 'b') AS word
      FROM numbers(9000)`;
    try {
      for (const [format, settings] of Object.entries(names)) {
        const [file, how = ''] = settings.split('|');
        await engine.lane.run(
          raw(
            `INSERT INTO FUNCTION file('${path(file!)}', '${format.replace(/\d$/, '')}') ${select} SETTINGS engine_file_truncate_on_insert = 1 ${how}`,
          ),
        );
      }
    } finally {
      await engine.close();
    }
  };

  it('gives what the same rows give as text, however it is packed', async () => {
    const names = (which: string) => ({
      CSVWithNames: `${which}.csv`,
      Parquet1: `${which}-snappy.parquet|, output_format_parquet_compression_method = 'snappy', output_format_parquet_row_group_size = 2500`,
      Parquet2: `${which}-zstd.parquet|, output_format_parquet_compression_method = 'zstd', output_format_parquet_data_page_size = 4000`,
      Parquet3: `${which}-gzip.parquet|, output_format_parquet_compression_method = 'gzip', output_format_parquet_max_dictionary_size = 0`,
      Parquet4: `${which}-lz4.parquet|, output_format_parquet_compression_method = 'lz4'`,
      Parquet5: `${which}-plain.parquet|, output_format_parquet_compression_method = 'none', output_format_parquet_version = '1.0'`,
    });
    await write(1, 0, names('a'));
    await write(2, 25, names('b'));
    // The joint signal is a sample, which each format draws on its own.
    const singles = ({ signals }: Answer) =>
      signals
        .filter(({ signal }) => signal !== '@multivariate')
        .map((signal) => ({ ...signal, q_value: null, rows_needed: null, reason: '' }))
        .sort((x, y) => (x.signal < y.signal ? -1 : 1));
    const asText = singles(await compare('a.csv', 'b.csv'));
    expect(asText.map(({ signal, verdict }) => `${signal} ${verdict}`)).toEqual([
      'byte stable',
      'constant stable',
      'few stable',
      'gaps significant',
      'odd stable',
      'single stable',
      'whole stable',
      'word stable',
    ]);
    for (const codec of ['snappy', 'zstd', 'gzip', 'lz4', 'plain'])
      expect(singles(await compare(`a-${codec}.parquet`, `b-${codec}.parquet`)), codec).toEqual(asText);
    expect(singles(await compare('a-snappy.parquet', 'b.csv'))).toEqual(asText);
  });

  it('compares embeddings by regions', async () => {
    const engine = await openFileEngine(512);
    // Eight topics; in B the first is three times as frequent, or nothing changed.
    const vectors = (seed: number, often: number) => `SELECT arrayMap(i -> toFloat32(
        sin(topic * 7 + i * (topic + 1)) + 0.3 * ((cityHash64(number, ${seed}, i) % 1000) / 500 - 1)), range(16)) AS vector
      FROM (SELECT number, least(7, toInt32(floor(pow((cityHash64(number, ${seed}) % 10007) / 10007, ${often}) * 8))) AS topic
            FROM numbers(6000))`;
    const names = { 'v-a': [1, 1], 'v-same': [2, 1], 'v-moved': [3, 2.2] } as const;
    try {
      for (const [name, [seed, often]] of Object.entries(names))
        await engine.lane.run(
          raw(`INSERT INTO FUNCTION file('${path(`${name}.parquet`)}', 'Parquet') ${vectors(seed, often)}`),
        );
    } finally {
      await engine.close();
    }
    const same = (await compare('v-a.parquet', 'v-same.parquet')).signals;
    expect(same).toMatchObject([{ signal: 'vector', kind: 'embedding', verdict: 'stable' }]);
    const moved = (await compare('v-a.parquet', 'v-moved.parquet')).signals;
    expect(moved).toMatchObject([{ signal: 'vector', kind: 'embedding', verdict: 'significant' }]);
    expect(moved[0]!.direction).toMatchObject({ way: 'mixed', median_current: null });
    expect(moved[0]!.direction!.text).toMatch(/^regions? \d.* → .*; regions? \d.* → /);
  });
});
