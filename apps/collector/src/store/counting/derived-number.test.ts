import type { SignalBins } from '@leeway/contract';
import {
  compileCategoricalBinner,
  compileEmbedding,
  compileJoint,
  compileNumericBinner,
  embeddingEdges,
  fitJoint,
  meanAndCovariance,
  numericEdges,
} from '@leeway/stats';
import { fitEmbedding } from '@leeway/stats/fit-embedding';
import { describe, expect, it } from 'vitest';
import { sql } from '../sql.js';
import { eventBatch, type TestEvent, testEvent, withStore } from '../testing.js';
import { binExpression, countedRows } from './count-events.js';

const held = withStore();
const START = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 5 * 3_600_000;

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The bin of each event as the store computes it. */
async function binsOf(model: string, signal: SignalBins, events: Partial<TestEvent>[]): Promise<number[]> {
  const rows = events.map((event, i) =>
    testEvent({ model, id: `${i}`, ts: START, offset: i, ...event, categorical: [] }),
  );
  await held.store.batches.write(eventBatch(model, rows));
  const order = held.store.features.order(model);
  const bin = binExpression(signal, order, 'v');
  const found = await held.store.lanes.read.rows<{ bin: number }>(
    sql`SELECT ${bin} AS bin FROM ${countedRows([signal], order, sql`model = ${model}`)} ORDER BY offset`,
  );
  return found.map((row) => row.bin);
}

const shape = { role: 'feature' as const, min: null, max: null, edges: [], categories: [] };

describe('the joint distance in SQL', () => {
  it.each([2, 20, 50])('has ingest’s bins for %i features, on the edges too', async (size) => {
    const random = randomNumbers(size);
    const names = Array.from({ length: size }, (_, i) => `f${i}`);
    const model = `joint-${size}`;
    await held.store.features.append(
      model,
      names.map((name) => ({ name, kind: 'numeric' as const })),
    );
    const rows = Array.from({ length: 1_500 }, (_, row) => {
      const common = random();
      // Few whole numbers make many equal rows, whose distances are the edges themselves.
      return names.map((_, i) =>
        row % 3 === 0 ? Math.round(random() * 2) : (common + random()) * 10 ** ((i % 7) - 3),
      );
    });
    const { mean, covariance } = meanAndCovariance(rows)!;
    const joint = fitJoint(
      [...names].reverse(),
      [...mean].reverse(),
      [...covariance].reverse().map((c) => [...c].reverse()),
    );
    const distance = compileJoint(joint);
    const number = (row: readonly number[]) => distance(names.map((_, i) => row[size - 1 - i] ?? Number.NaN));
    const sorted = Float64Array.from(rows.slice(0, 1_000), number).sort();
    const signal: SignalBins = {
      ...shape,
      signal: '@multivariate',
      kind: 'numeric',
      role: 'joint',
      edges: numericEdges(sorted, 120),
      min: sorted[0]!,
      max: sorted[999]!,
      joint,
    };
    const odd = [
      rows[0]!.slice(0, -1),
      [],
      rows[1]!.with(0, Number.NaN),
      rows[2]!.with(size - 1, 1e300),
      rows[3]!.with(0, -Infinity),
    ];
    const all = [...rows, ...odd];
    const bin = compileNumericBinner(signal);
    const expected = all.map((row) => bin(number(row)));
    expect(expected.slice(-5).slice(0, 3)).toEqual([0, 0, 0]);
    expect(new Set(expected).size).toBeGreaterThan(60);
    expect(
      await binsOf(
        model,
        signal,
        all.map((numeric) => ({ numeric })),
      ),
    ).toEqual(expected);
  });

  it('is missing while a feature of it has no place or is no number', async () => {
    await held.store.features.append('joint-part', [
      { name: 'a', kind: 'numeric' },
      { name: 'b', kind: 'categorical' },
    ]);
    for (const other of ['b', 'unknown']) {
      const joint = { signals: ['a', other], mean: [0, 0], std: [1, 1], components: [[1], [0, 1]] };
      const signal: SignalBins = { ...shape, signal: '@multivariate', kind: 'numeric', joint };
      expect(await binsOf('joint-part', signal, [{ numeric: [1] }])).toContain(0);
    }
  });
});

describe('the regions of an embedding in SQL', () => {
  it('are ingest’s, near every limit and for vectors that can’t be placed', async () => {
    const random = randomNumbers(7);
    // Half of the vectors come from few texts, so many are exactly equal, and some equally far from two middles.
    const vectors = Array.from({ length: 2_000 }, (_, i) =>
      Array.from({ length: 24 }, () => (i % 2 === 0 ? Math.round(random()) : random() * 2 - 1)),
    );
    const embedding = fitEmbedding(vectors.slice(0, 1_000));
    const signal: SignalBins = {
      ...shape,
      signal: 'text',
      kind: 'embedding',
      edges: embeddingEdges(embedding),
      min: 0,
      max: embedding.centroids.length,
      embedding,
    };
    const odd = [[], [1, 2], new Array<number>(24).fill(1e39), new Array<number>(25).fill(0)];
    const all = [...vectors, ...embedding.centroids, ...odd, new Array<number>(24).fill(50)];
    await held.store.features.append('text', [{ name: 'text', kind: 'embedding' }]);
    const bin = compileNumericBinner(signal);
    const number = compileEmbedding(embedding);
    const expected = all.map((vector) => bin(number(vector)));
    expect(expected.slice(-5)).toEqual([0, 0, 0, 0, signal.edges.length + 3]);
    expect(new Set(expected).size).toBeGreaterThan(25);
    expect(
      await binsOf(
        'text',
        signal,
        all.map((vector) => ({ embeddings: [vector] })),
      ),
    ).toEqual(expected);
  });
});

describe('numbers that are categories', () => {
  it('have in SQL the names that ingest gives them', async () => {
    const random = randomNumbers(3);
    const numbers = [
      0,
      -0,
      1,
      1.5,
      -2,
      1e20,
      1e21,
      -1e22,
      1e-6,
      1.5e-7,
      5e-324,
      Number.MAX_VALUE,
      2 ** 53,
      0.1,
    ];
    for (let i = 0; i < 500; i++) numbers.push((random() - 0.5) * 10 ** Math.floor(random() * 60 - 30));
    const categories = [...new Set(numbers.map(String))];
    const signal: SignalBins = { ...shape, signal: 'code', kind: 'categorical', categories };
    await held.store.features.append('code', [{ name: 'code', kind: 'numeric' }]);
    const bin = compileCategoricalBinner(signal);
    const expected = numbers.map((x) => bin(String(x)));
    expect(expected).not.toContain(categories.length + 2);
    const events = numbers.map((x) => ({ numeric: [x], prediction: x, score: x }));
    expect(await binsOf('code', signal, events)).toEqual(expected);
    for (const own of ['@prediction', '@score'] as const)
      expect(
        await held.store.lanes.read
          .rows<{ bin: number }>(
            sql`SELECT ${binExpression({ ...signal, signal: own }, held.store.features.order('code'), 'v')} AS bin
                FROM events WHERE model = 'code' ORDER BY offset`,
          )
          .then((rows) => rows.map((row) => row.bin)),
      ).toEqual(expected);
  });
});
