import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../sql.js';
import { temporaryDirectory } from '../testing.js';
import { openSampleFile, type SampleFile } from './files.js';
import { openFileEngine } from './open-file-engine.js';

let engine: Awaited<ReturnType<typeof openFileEngine>>;
const directory = temporaryDirectory();
const path = (name: string) => join(directory, name);

beforeAll(async () => {
  engine = await openFileEngine(512);
  await engine.lane.run(
    raw(`INSERT INTO FUNCTION file('${path('t.parquet')}', 'Parquet') SELECT
      if(number % 10 = 0, NULL, toFloat64(number)) AS x, toInt32(number % 5) AS small, CAST(number % 2 = 0, 'Bool') AS flag,
      if(number % 7 = 0, NULL, concat('c', toString(number % 3))) AS city, toDateTime64('2026-01-05 00:00:00', 3, 'UTC') + number * 60 AS at,
      [toFloat32(3), toFloat32(4)] AS v, map('a', 1) AS other, if(number = 3, inf, if(number = 4, nan, 1.5)) AS odd
      FROM numbers(1000)`),
  );
});
afterAll(async () => {
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

async function withFile<T>(name: string, work: (file: SampleFile) => Promise<T>): Promise<T> {
  const file = await openSampleFile(engine, path(name), name);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
async function failure(name: string): Promise<unknown> {
  return withFile(name, async () => null).catch((error: unknown) => error);
}

describe('a Parquet file', () => {
  it('tells types, missing and distinct values of its columns', () =>
    withFile('t.parquet', async (file) => {
      expect(file).toMatchObject({ format: 'parquet', rows: 1000 });
      expect(file.columns.map((c) => [c.name, c.type, c.missing, c.distinct])).toEqual([
        ['x', 'number', 100, 100],
        ['small', 'number', 0, 100],
        ['flag', 'boolean', 0, 2],
        ['city', 'text', 143, 3],
        ['at', 'time', 0, 1000],
        ['v', 'vector', 0, 0],
        ['other', 'unsupported', 0, 0],
        ['odd', 'number', 1, 100],
      ]);
    }));

  it('gives sorted numbers, category counts, groups and spans', () =>
    withFile('t.parquet', async (file) => {
      const x = await file.numbers('x');
      expect(x.finite.length).toBe(900);
      expect(x.missing).toBe(100);
      expect([...x.finite.subarray(0, 3)]).toEqual([1, 2, 3]);
      expect(await file.numbers('odd')).toMatchObject({
        missing: 1,
        positiveInfinity: 1,
        negativeInfinity: 0,
      });
      expect([...(await file.numbers('v')).finite.subarray(0, 2)]).toEqual([5, 5]);
      expect(await file.values('flag', 10)).toEqual({
        counts: [
          { value: 'false', count: 500 },
          { value: 'true', count: 500 },
        ],
        missing: 0,
      });
      expect((await file.values('city', 2)).counts).toHaveLength(2);
      expect((await file.values('small', 10)).counts[0]).toEqual({ value: '0', count: 200 });
      const bins = {
        signal: 'x',
        kind: 'numeric' as const,
        role: 'feature' as const,
        edges: [500],
        min: 1,
        max: 999,
        categories: [],
      };
      const blocks = await file.grouped('x', bins, { timestamp: null, by: 'block', blockRows: 250 });
      expect([...blocks]).toEqual([
        [0, [25, 0, 225, 0, 0]],
        [1, [25, 0, 225, 0, 0]],
        [2, [25, 0, 0, 225, 0]],
        [3, [25, 0, 0, 225, 0]],
      ]);
      const hours = await file.grouped('x', bins, { timestamp: 'at', by: 'hour_of_week', blockRows: 0 });
      expect([...hours.keys()]).toEqual(Array.from({ length: 17 }, (_, i) => i));
      const from = Date.parse('2026-01-05T00:00:00Z');
      expect(await file.span('at')).toEqual({ from, to: from + 999 * 60_000, rows: 1000 });
    }));
});

describe('text files', () => {
  it('are typed by what all their values read as', async () => {
    writeFileSync(
      path('t.csv'),
      'id;price;ok;when;name;mixed\n1;1.5;true;2026-01-01T00:00:00Z;"a;b";1\n2;NA;false;2026-01-02T00:00:00Z;;x\n3;1e308;TRUE;2026-01-03T00:00:00Z;ü;2\n',
    );
    await withFile('t.csv', async (file) => {
      expect(file.format).toBe('csv');
      expect(file.columns.map((c) => [c.name, c.type, c.missing, c.numberLike])).toEqual([
        ['id', 'number', 0, 3],
        ['price', 'number', 1, 2],
        ['ok', 'boolean', 0, 0],
        ['when', 'text', 0, 0],
        ['name', 'text', 1, 0],
        ['mixed', 'text', 0, 2],
      ]);
      expect((await file.numbers('price')).finite).toEqual(Float64Array.of(1.5, 1e308));
      expect((await file.span('when'))?.from).toBe(Date.parse('2026-01-01T00:00:00Z'));
      expect((await file.values('name', 5)).counts.map((c) => c.value).sort()).toEqual(['a;b', 'ü']);
    });
  });

  it.each([',', ';', '|', '\t'])(
    'are cut at %j, blanks, empty fields and quotes included',
    async (separator) => {
      const lines = [
        ['x', 'name', 'last'],
        ['1.5', 'a', '1'],
        ['', ' b ', ''],
        ['-2', `"c${separator}d"`, '3'],
      ];
      writeFileSync(path('cut.csv'), `${lines.map((line) => line.join(separator)).join('\n')}\n`);
      await withFile('cut.csv', async (file) => {
        expect(file.columns.map((c) => [c.name, c.type, c.missing])).toEqual([
          ['x', 'number', 1],
          ['name', 'text', 0],
          ['last', 'number', 1],
        ]);
        expect([...(await file.numbers('x')).finite]).toEqual([-2, 1.5]);
        const names = (await file.values('name', 5)).counts.map((c) => c.value).sort();
        expect(names).toEqual(['a', 'b', `c${separator}d`]);
      });
    },
  );

  it('of JSON lines may leave fields out and mix kinds', async () => {
    writeFileSync(
      path('t.ndjson'),
      '{"x":1,"c":"a","b":true}\n{"x":null,"c":"b","b":false,"late":0.1}\n{"c":"a","mixed":"x"}\n{"x":3,"mixed":5}\n',
    );
    await withFile('t.ndjson', async (file) => {
      expect(Object.fromEntries(file.columns.map((c) => [c.name, [c.type, c.missing]]))).toEqual({
        x: ['number', 2],
        c: ['text', 1],
        b: ['boolean', 2],
        late: ['number', 3],
        mixed: ['text', 2],
      });
      expect((await file.numbers('late')).finite).toEqual(Float64Array.of(0.1));
    });
  });

  it('keep every bit of a number', async () => {
    const values = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, 123456.789012345, 1 / 3];
    writeFileSync(path('bits.csv'), `x\n${values.join('\n')}\n`);
    await withFile('bits.csv', async (file) => {
      expect([...(await file.numbers('x')).finite]).toEqual([...values].sort((a, b) => a - b));
    });
  });
});

describe('files that are none', () => {
  it.each([
    ['image.parquet', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'wrong_format', /PNG image/],
    ['image.csv', Buffer.from('ffd8ffe000104a464946', 'hex'), 'wrong_format', /JPEG/],
    ['fake.parquet', Buffer.from('a,b\n1,2\n'), 'wrong_format', /no Parquet file/],
    [
      'cut.parquet',
      Buffer.from('PAR1 and then nothing of use'),
      'unreadable_file',
      /can't be read as a table/,
    ],
    ['array.json', Buffer.from('[{"a":1}]'), 'wrong_format', /one JSON object a line/],
    ['packed.csv', Buffer.from('1f8b0800', 'hex'), 'wrong_format', /gzip/],
    ['empty.csv', Buffer.alloc(0), 'empty_file', /is empty/],
    ['head.csv', Buffer.from('a,b\n'), 'empty_file', /no row/],
    ['twice.csv', Buffer.from('a,a\n1,2\n'), 'duplicate_column', /two columns named "a"/],
    ['binary.dat', Buffer.from([1, 2, 0, 4]), 'wrong_format', /binary/],
    ['broken.ndjson', Buffer.from('{"a":1}\n{"a":\n'), 'unreadable_file', /can't be read/],
  ])('%s: says what is wrong', async (name, content, code, message) => {
    writeFileSync(path(name), content);
    const error = await failure(name);
    expect(error).toMatchObject({ name: 'SampleError', code });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(name);
  });

  it('a directory or a missing file says so', async () => {
    mkdirSync(path('folder.csv'));
    expect(await failure('folder.csv')).toMatchObject({ code: 'unreadable_file' });
    expect(await failure('nowhere.csv')).toMatchObject({ code: 'unreadable_file' });
  });
});
