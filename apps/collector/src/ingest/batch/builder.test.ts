import { describe, expect, it } from 'vitest';
import { FastLane } from '../fast-lane.js';
import { addWithFeatures } from '../take.js';
import {
  builderOf,
  bytesOf,
  countsOf,
  eventsOf,
  memoryRegistry,
  NOW,
  planOf,
  rowsOf,
  signal,
} from '../testing.js';
import type { BatchBuilder } from './builder.js';
import { TRAFFIC_COLUMNS } from './counts.js';

const EVENT = { model: 'm', version: 'v1', id: '1', ts: NOW, features: { a: 15 } };

async function filled(events: object[], options: { limits?: object; plan?: ReturnType<typeof planOf> } = {}) {
  const registry = memoryRegistry();
  const builder: BatchBuilder = builderOf(options.plan ?? planOf([signal('a')]), registry, options.limits);
  const results = [];
  for (const [i, event] of events.entries())
    results.push(await addWithFeatures({ registry }, builder, JSON.parse(JSON.stringify(event)), i));
  return { registry, builder, results };
}

describe('a batch', () => {
  it('counts each event once in every signal, missing ones too', async () => {
    const { builder } = await filled([
      EVENT,
      { ...EVENT, features: {} },
      { ...EVENT, features: { a: null } },
      { ...EVENT, features: { a: -3 } },
    ]);
    expect(countsOf(builder).a).toEqual({ 0: 2, 1: 1, 3: 1 });
    expect(rowsOf(builder, 'traffic')[0]).toEqual([
      'm',
      'v1',
      '',
      String(NOW / 1000),
      '4',
      '0',
      '0',
      '0',
      '0',
      '0',
    ]);
  });

  it('has no figure of traffic that nothing ever counts', async () => {
    const { builder } = await filled([
      { ...EVENT, tokens: { input: 120, output: 45 } },
      { ...EVENT, error: 'timeout' },
      { ...EVENT, features: { a: 'a word' } },
      { ...EVENT, ts: NOW + 86_400_000 },
      { model: 'm', id: '1', ts: NOW, label: 'stays' },
    ]);
    const sums = TRAFFIC_COLUMNS.slice(4).map((name, i) => [
      name,
      rowsOf(builder, 'traffic').reduce((sum, row) => sum + Number(row[4 + i]), 0),
    ]);
    expect(sums.filter(([, sum]) => sum === 0)).toEqual([]);
  });

  it('keeps text whole, whatever characters it has', async () => {
    const odd = 'tab\tnew\nline\\back \'quote\' "double" ünï 模型 \0';
    const { builder } = await filled([
      { ...EVENT, id: odd, features: { s: odd }, tags: { [odd.slice(0, 40)]: odd } },
    ]);
    expect(eventsOf(builder)).toMatchObject([
      { id: odd, categorical: [odd], tags: { [odd.slice(0, 40)]: odd } },
    ]);
  });

  it('appends new features in the order they come, and each only once', async () => {
    const { registry } = await filled([
      { ...EVENT, features: { b: 'x', a: 1 } },
      { ...EVENT, features: { a: 2, c: true, b: 'y' } },
    ]);
    expect(registry.appended).toEqual(['b', 'a', 'c']);
  });

  it('does not convert a feature that changes its kind: it is missing, an anomaly, and named', async () => {
    const { builder } = await filled([EVENT, { ...EVENT, features: { a: 'fifteen' } }]);
    expect(countsOf(builder).a).toEqual({ 0: 1, 3: 1 });
    expect(rowsOf(builder, 'traffic')[0]![7]).toBe('1');
    expect([...builder.anomalies.get('m')!]).toEqual(['a']);
  });

  it('caps a flood of names and still stores the events', async () => {
    const flood = Array.from({ length: 10 }, (_, i) => ({ ...EVENT, features: { [`user-${i}`]: 1 } }));
    const { builder, registry, results } = await filled(flood, { limits: { features: 4 } });
    expect(registry.appended).toHaveLength(4);
    expect(results.every((result) => result.kind === 'added')).toBe(true);
    expect(rowsOf(builder, 'traffic')[0]![7]).toBe('6');
  });

  it('counts numbers as categories where the baseline says so', async () => {
    const month = signal('month', {
      kind: 'categorical',
      edges: [],
      min: null,
      max: null,
      categories: ['1', '2'],
    });
    const { builder } = await filled(
      [1, 2, 2, 7].map((value) => ({ ...EVENT, features: { month: value } })),
      { plan: planOf([month]) },
    );
    expect(countsOf(builder).month).toEqual({ 1: 1, 2: 2, 4: 1 });
    expect(eventsOf(builder)[0]).toMatchObject({ categorical: ['1'] });
  });

  it('counts segments of their own for segment tags', async () => {
    const { builder } = await filled(
      [
        { ...EVENT, tags: { region: 'eu' } },
        { ...EVENT, tags: { region: 'us' } },
        { ...EVENT, tags: { other: 'x' } },
      ],
      { plan: planOf([signal('a')], ['region']) },
    );
    expect(countsOf(builder)).toEqual({ a: { 3: 3 }, 'region=eu|a': { 3: 1 }, 'region=us|a': { 3: 1 } });
  });

  it.each([
    ['a century ago', '1926-01-15T12:00:00Z', 'ts_too_old'],
    ['seconds for milliseconds', NOW / 1000, 'ts_too_old'],
    ['an hour ahead', NOW + 3_600_000, 'ts_in_future'],
  ])('refuses a time of %s', async (_name, ts, code) => {
    const { builder, results } = await filled([EVENT, { ...EVENT, ts }]);
    expect(results[1]).toMatchObject({ kind: 'rejected', problems: [{ code, path: '$.ts' }] });
    expect(builder.eventRows).toBe(1);
    const rejected = rowsOf(builder, 'traffic').map((row) => row[6]);
    expect(rejected).toContain('1');
  });

  it('refuses ids as model names beyond the limit of models', async () => {
    const { results } = await filled(
      ['a', 'b', 'c'].map((model) => ({ ...EVENT, model })),
      { limits: { models: 2 } },
    );
    expect(results[2]).toMatchObject({ kind: 'rejected', problems: [{ code: 'too_many_models' }] });
  });

  it('is full when it has its rows, bytes or minutes', async () => {
    expect((await filled([EVENT, EVENT], { limits: { rows: 2 } })).builder.full).toBe(true);
    expect((await filled([EVENT], { limits: { bytes: 10 } })).builder.full).toBe(true);
    const minutes = [0, 1, 2].map((i) => ({ ...EVENT, ts: NOW - i * 60_000 }));
    expect((await filled(minutes, { limits: { blocks: 3 } })).builder.full).toBe(true);
    expect((await filled([EVENT])).builder.full).toBe(false);
  });

  it('takes 1e308 and keeps every bit of a double', async () => {
    const { builder, results } = await filled([
      { ...EVENT, features: { a: 1e308 } },
      { ...EVENT, features: { a: 0.1 + 0.2 } },
    ]);
    expect(results.map((result) => result.kind)).toEqual(['added', 'added']);
    expect(eventsOf(builder).map((row) => row.numeric)).toEqual([[1e308], [0.1 + 0.2]]);
  });

  it('writes labels with what they say', async () => {
    const { builder } = await filled([
      { model: 'm', id: '1', ts: NOW, label: 'stays' },
      { model: 'm', id: '2', ts: NOW, label: 4.5 },
      { model: 'm', id: '3', ts: NOW, label: true },
    ]);
    expect(rowsOf(builder, 'labels').map((row) => [row[1], row[3], row[4]])).toEqual([
      ['1', 'nan', 'stays'],
      ['2', '4.5', '\\N'],
      ['3', 'nan', 'true'],
    ]);
  });

  it('gives the same rows when it is built again, whichever way the events are read', async () => {
    const registry = memoryRegistry();
    const texts = Array.from({ length: 50 }, (_, i) =>
      JSON.stringify({ ...EVENT, id: String(i), features: { a: i / 3, [`f${i % 3}`]: i }, latency_ms: i }),
    );
    const build = async () => {
      const builder = builderOf(planOf([signal('a')]), registry);
      const lane = new FastLane();
      for (const [offset, text] of texts.entries())
        if (!lane.add(builder, { value: Buffer.from(text), offset, headers: {} }))
          await addWithFeatures({ registry }, builder, JSON.parse(text), offset);
      return {
        events: bytesOf(builder, 'events'),
        counts: countsOf(builder),
        traffic: rowsOf(builder, 'traffic'),
      };
    };
    expect(await build()).toEqual(await build());
  });
});
