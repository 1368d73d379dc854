import { compileEmbedding, compileJoint, edgesAtOrBelow, embeddingEdges } from '@leeway/stats';
import { describe, expect, it } from 'vitest';
import { FastLane } from '../fast-lane.js';
import { addWithFeatures } from '../take.js';
import { builderOf, countsOf, memoryRegistry, NOW, planOf, signal } from '../testing.js';

const joint = { signals: ['b', 'a'], mean: [1, 10], std: [3, 7], components: [[1], [-0.75, 1.25]] };
const edges = [0.5, 1, 2, 4];
const PLAN = planOf([
  signal('a'),
  signal('b', { edges: [0], min: -100, max: 100 }),
  signal('@multivariate', { role: 'joint', edges, min: 0, max: 8, joint }),
]);
const event = (features: object) => ({ model: 'm', version: 'v1', id: '1', ts: NOW, features });

async function counted(plan: typeof PLAN, events: readonly object[]) {
  const registry = memoryRegistry();
  const builder = builderOf(plan, registry);
  for (const [i, one] of events.entries()) await addWithFeatures({ registry }, builder, one, i);
  return { registry, counts: countsOf(builder) };
}

describe('the joint signal', () => {
  const rows = [
    { a: 10, b: 1 },
    { b: 4, a: 10 },
    { a: 24, b: -2, other: 5 },
    { a: 1e9, b: -1e9 },
  ];
  const expected: Record<number, number> = {};
  const distance = compileJoint(joint);
  for (const { a, b } of rows) {
    const x = distance([b, a]);
    const bin = x > 8 ? edges.length + 3 : 2 + edgesAtOrBelow(edges, x);
    expected[bin] = (expected[bin] ?? 0) + 1;
  }

  it('counts the distance of each event with all of its features, in whatever order they come', async () => {
    expect(Object.keys(expected).length).toBeGreaterThan(2);
    expect((await counted(PLAN, rows.map(event))).counts['@multivariate']).toEqual(expected);
  });

  it('is missing where a feature is missing, is null, or is no number, and forgets the event before', async () => {
    const partial = [{ a: 10, b: 1 }, { a: 10 }, { b: 1 }, { a: 10, b: null }, {}, { a: 'ten', b: 1 }];
    const { counts } = await counted(PLAN, partial.map(event));
    expect(counts['@multivariate']).toEqual({ 0: 5, 2: 1 });
  });

  it('is the same read from bytes', async () => {
    const { registry } = await counted(PLAN, rows.map(event));
    const builder = builderOf(PLAN, registry);
    const lane = new FastLane();
    const texts = [...rows, { a: 3 }].map((features) => JSON.stringify(event(features)));
    texts.forEach((text, offset) => {
      expect(lane.add(builder, { value: Buffer.from(text), offset, headers: {} })).toBe(true);
    });
    expect(countsOf(builder)['@multivariate']).toEqual({ ...expected, 0: 1 });
  });
});

describe('an embedding', () => {
  const embedding = {
    dimensions: 2,
    centroids: [
      [0, 0],
      [10, 0],
    ],
    usual: [1, 1],
    farthest: [3, 3],
  };
  const bins = { kind: 'embedding' as const, edges: embeddingEdges(embedding), min: 0, max: 2 };
  const vectors = [
    [0.5, 0],
    [2, 0],
    [9.9, 0],
    [10, 2.5],
    [50, 0],
    [1, 2, 3],
  ];

  it('is counted by its region and whether it lies near or far; another length is missing', async () => {
    const plan = planOf([signal('v', { ...bins, embedding })]);
    const { counts } = await counted(
      plan,
      vectors.map((v) => event({ v })),
    );
    const number = compileEmbedding(embedding);
    expect(vectors.map((v) => Math.floor(number(v) * 2))).toEqual([0, 1, 2, 3, Infinity, Number.NaN]);
    expect(counts.v).toEqual({ 0: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1 });
  });

  it('of a baseline without regions is counted by its length', async () => {
    const plan = planOf([signal('v', { kind: 'embedding', edges: [5], min: 0, max: 20 })]);
    expect(
      (
        await counted(
          plan,
          vectors.map((v) => event({ v })),
        )
      ).counts.v,
    ).toEqual({ 2: 3, 3: 2, 4: 1 });
  });
});
