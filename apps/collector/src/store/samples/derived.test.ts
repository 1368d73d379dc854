import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  compileEmbedding,
  compileJoint,
  compileNumericBinner,
  embeddingEdges,
  numericEdges,
} from '@leeway/stats';
import { fitEmbedding } from '@leeway/stats/fit-embedding';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../sql.js';
import { temporaryDirectory } from '../testing.js';
import { openSampleFile, type SampleFile } from './files.js';
import { openFileEngine } from './open-file-engine.js';

const ROWS = 9_000;
let engine: Awaited<ReturnType<typeof openFileEngine>>;
const files: SampleFile[] = [];
const directory = temporaryDirectory();

/** The same rows as Parquet and as CSV, which has no vectors; `id` names the row. */
beforeAll(async () => {
  engine = await openFileEngine(512);
  for (const [name, format] of [
    ['rows.parquet', 'Parquet'],
    ['rows.csv', 'CSVWithNames'],
  ] as const) {
    const vector =
      format === 'Parquet' ? ', [sin(number), cos(number * 3), if(number % 11 = 0, 0, 1.)] AS v' : '';
    const path = join(directory, name);
    await engine.lane.run(
      raw(`INSERT INTO FUNCTION file('${path}', '${format}') SELECT toFloat64(number) AS id,
        sin(number) * 10 AS a, if(number % 50 = 7, NULL, cos(number * 2)) AS b,
        toDateTime64('2026-01-05 00:00:00', 3, 'UTC') + number * 60 AS at${vector} FROM numbers(${ROWS})`),
    );
    files.push(await openSampleFile(engine, path, name));
  }
});
afterAll(async () => {
  for (const file of files) await file.close();
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

const joint = { signals: ['a', 'b'], mean: [0.1, 0.2], std: [7, 0.7], components: [[1], [-0.2, 1.1]] };
const distance = compileJoint(joint);

describe.each([0, 1])('rows of a fit and the others (file %i)', (which) => {
  const file = () => files[which]!;

  it('are disjoint, together all of them, and scattered over the file', async () => {
    for (const every of [2, 7]) {
      const ids = [...(await file().fitRows(['id'], every))];
      const rest = await file().derivedNumbers({
        columns: ['id', 'id'],
        every,
        // The distance of a single standardised feature gives the row back.
        joint: { signals: ['id', 'id'], mean: [-1, 0], std: [1e6, 1], components: [[1], [0, 0]] },
      });
      const others = [...rest.finite].map((x) => Math.round(x * 1e6 - 1));
      expect([...ids, ...others].sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i));
      expect(Math.abs(ids.length - ROWS / every)).toBeLessThan(4 * Math.sqrt(ROWS / every));
      expect(Math.abs(ids.filter((id) => id < ROWS / 2).length / ids.length - 0.5)).toBeLessThan(0.05);
    }
  });

  it('give the distances of the others, and their counts by hour and block, as ingest would', async () => {
    const every = 3;
    const fitted = new Set(await file().fitRows(['id'], every));
    const made = { columns: ['a', 'b'], every, joint };
    const rows: { hour: number; value: number }[] = [];
    const [as, bs, ids] = await Promise.all(
      ['a', 'b', 'id'].map(async (name) => {
        const all = await file().fitRows([name], 1);
        return [...all];
      }),
    );
    ids!.forEach((id, i) => {
      if (!fitted.has(id))
        rows.push({
          hour: Math.floor(id / 60),
          value: Number.isNaN(bs![i]!) ? Number.NaN : distance([as![i]!, bs![i]!]),
        });
    });
    const known = Float64Array.from(rows.map((row) => row.value).filter((x) => !Number.isNaN(x))).sort();
    const numbers = await file().derivedNumbers(made);
    expect(numbers.finite).toEqual(known);
    expect(numbers.missing).toBe(rows.length - known.length);
    const bins = {
      signal: '@multivariate',
      kind: 'numeric' as const,
      role: 'joint' as const,
      edges: numericEdges(known, 120),
      min: known[0]!,
      max: known[known.length - 1]!,
      categories: [],
      joint,
    };
    const bin = compileNumericBinner(bins);
    const expected = new Map<number, number[]>();
    const first = Date.UTC(2026, 0, 5) / 3_600_000;
    for (const row of rows) {
      const counts = expected.get(first + row.hour) ?? new Array<number>(bins.edges.length + 4).fill(0);
      counts[bin(row.value)]!++;
      expected.set(first + row.hour, counts);
    }
    expect(await file().grouped(made, bins, { timestamp: 'at', by: 'hour', blockRows: 0 })).toEqual(expected);
    const blocks = await file().grouped(made, bins, { timestamp: null, by: 'block', blockRows: 1_000 });
    expect([...blocks.values()].map((counts) => counts.reduce((a, b) => a + b, 0))).toEqual([
      ...new Array<number>(Math.floor(rows.length / 1_000)).fill(1_000),
      rows.length % 1_000,
    ]);
  });
});

describe('vectors', () => {
  it('of a fit are those of the usual length; the others are counted over the regions', async () => {
    const file = files[0]!;
    const vectors = await file.fitVectors('v', 2);
    expect(vectors.every((vector) => vector.length === 3)).toBe(true);
    const embedding = fitEmbedding(vectors, 5);
    const bins = {
      signal: 'v',
      kind: 'embedding' as const,
      role: 'feature' as const,
      edges: embeddingEdges(embedding),
      min: 0,
      max: embedding.centroids.length,
      categories: [],
      embedding,
    };
    const fitted = new Set(await file.fitRows(['id'], 2));
    const number = compileEmbedding(embedding);
    const bin = compileNumericBinner(bins);
    const expected = new Array<number>(bins.edges.length + 4).fill(0);
    const all = await file.fitVectors('v', 1);
    all.forEach((vector, id) => {
      if (!fitted.has(id)) expected[bin(number(vector))]!++;
    });
    const counts = await file.grouped({ columns: ['v'], every: 2, embedding }, bins, {
      timestamp: null,
      by: 'block',
      blockRows: ROWS + 1,
    });
    expect(counts.get(0)).toEqual(expected);
    expect(await file.fitVectors('v', 1e9)).toEqual([]);
  });
});
