import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from 'chdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/collector.js';

/** `leeway compare` starts threads from 8 MiB of both files together on; beside them, the same rows packed smaller. */
const LEAST_BYTES = 8 * 1_048_576;
const ROWS = 200_000;
const directory = mkdtempSync(join(tmpdir(), 'leeway-threads-'));
const path = (name: string) => join(directory, name);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Rows of few different values, so that they pack well; B's `moved` lies higher. */
function write(name: string, seed: number, shift: number, settings: string): void {
  const u = (salt: number) => `(cityHash64(number, ${seed}, ${salt}) % 997) / 997`;
  query(`INSERT INTO FUNCTION file('${path(name)}', 'Parquet')
    SELECT ${u(1)} AS even, floor(${u(2)} * 40) AS whole, if(${u(3)} < 0.3, 0, ${u(4)}) AS "mostly zero",
      ${u(5)} + ${shift} AS moved, CAST(if(number % 13 = 0, NULL, ${u(6)}), 'Nullable(Float64)') AS gaps,
      multiIf(number % 50 = 0, nan, number % 51 = 0, inf, number % 53 = 0, -inf, ${u(7)}) AS odd,
      toInt32(floor(${u(8)} * 9)) AS few, if(${u(9)} < 0.3, 'a', 'b') AS word
    FROM numbers(${ROWS}) SETTINGS engine_file_truncate_on_insert = 1, ${settings}`);
}
const LARGE = `output_format_parquet_compression_method = 'none', output_format_parquet_max_dictionary_size = 0`;
const SMALL = `output_format_parquet_compression_method = 'zstd'`;

beforeAll(() => {
  for (const [name, settings] of [
    ['large', LARGE],
    ['small', SMALL],
  ] as const) {
    write(`a-${name}.parquet`, 1, 0, settings);
    write(`b-${name}.parquet`, 2, 0.2, settings);
  }
});

const bytesOf = (...names: string[]) => names.reduce((sum, name) => sum + statSync(path(name)).size, 0);

/** Runs the built command; a profile is written for each thread of it, the main one included. */
function compare(a: string, b: string) {
  const profiles = mkdtempSync(path('profiles-'));
  const profiling = ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const built = join(ROOT, 'apps/collector/dist/main.js');
  const run = spawnSync(process.execPath, [...profiling, built, 'compare', path(a), path(b), '--json'], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: run.status, out: run.stdout, err: run.stderr, threads: readdirSync(profiles).length };
}

describe('leeway compare in threads', () => {
  it('gives what it gives without', () => {
    expect(bytesOf('a-large.parquet', 'b-large.parquet')).toBeGreaterThan(LEAST_BYTES);
    expect(bytesOf('a-small.parquet', 'b-small.parquet')).toBeLessThan(LEAST_BYTES);
    const threaded = compare('a-large.parquet', 'b-large.parquet');
    const alone = compare('a-small.parquet', 'b-small.parquet');
    expect([threaded.code, alone.code], threaded.err + alone.err).toEqual([0, 0]);
    expect(threaded.threads).toBeGreaterThan(1);
    expect(alone.threads).toBe(1);
    const told = ({ out }: typeof alone) => {
      const { a: _a, b: _b, took_ms: _took, ...rest } = JSON.parse(out) as Record<string, unknown>;
      return rest;
    };
    expect(told(threaded)).toEqual(told(alone));
    const { signals } = told(alone) as { signals: { signal: string; verdict: string }[] };
    const significant = signals.filter(({ verdict }) => verdict === 'significant');
    expect(signals).toHaveLength(9);
    expect(signals.map(({ signal }) => signal)).toContain('@multivariate');
    expect(significant.map(({ signal }) => signal)).toEqual(['moved']);
  });

  it('says what is wrong with a file that only turns out to be damaged in a thread', () => {
    const bytes = readFileSync(path('b-large.parquet'));
    // The first page's header, right behind the file's first four bytes.
    bytes.fill(0xff, 4, 4_096);
    writeFileSync(path('damaged.parquet'), bytes);
    const { code, out, err, threads } = compare('a-large.parquet', 'damaged.parquet');
    expect(threads).toBeGreaterThan(1);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^leeway compare: .*damaged\.parquet can't be read as a table: .+\n$/);
  });
});
