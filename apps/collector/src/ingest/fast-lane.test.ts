import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FastLane } from './fast-lane.js';
import { builderOf, bytesOf, countsOf, memoryRegistry, NOW, planOf, rowsOf, signal } from './testing.js';

const SIGNALS = [
  signal('a'),
  signal('b', { edges: [-1, 0, 1], min: -5, max: 5 }),
  signal('color', { kind: 'categorical', edges: [], min: null, max: null, categories: ['red', "o'hara"] }),
  signal('flag', { kind: 'boolean', edges: [], min: null, max: null, categories: ['true', 'false'] }),
  signal('@prediction', { role: 'prediction' }),
  signal('@score', { role: 'score', edges: [0.25, 0.5], min: 0, max: 1 }),
  signal('@multivariate', {
    role: 'joint',
    edges: [0.5, 1, 2, 4, 6, 7, 7.5],
    min: 0.1,
    max: 8,
    joint: { signals: ['b', 'a'], mean: [1, 10], std: [3, 7], components: [[1], [-0.75, 1.25]] },
  }),
];

async function knownFeatures() {
  const registry = memoryRegistry();
  await registry.append('m', [
    { name: 'a', kind: 'numeric' },
    { name: 'b', kind: 'numeric' },
    { name: 'color', kind: 'categorical' },
    { name: 'flag', kind: 'categorical' },
  ]);
  return registry;
}

async function bothWays(messages: readonly string[]) {
  const registry = await knownFeatures();
  const plan = planOf(SIGNALS, ['region']);
  const scanned = builderOf(plan, registry);
  const parsed = builderOf(plan, registry);
  const lane = new FastLane();
  let fast = 0;
  messages.forEach((text, offset) => {
    if (!lane.add(scanned, { value: Buffer.from(text), offset, headers: {} })) return;
    fast++;
    expect(parsed.addValue(JSON.parse(text), offset)).toEqual({ kind: 'added' });
  });
  return { scanned, parsed, fast };
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => JSON.stringify(x)),
  fc.integer({ min: -1000, max: 1000 }).map((x) => (x / 100).toFixed(2)),
  fc.constantFrom(
    '0',
    '-0',
    '10',
    '30',
    '40',
    '40.0000000001',
    '1e2',
    '2.5E-3',
    '0.1000000000000000055',
    '12345678901234567890',
  ),
);
const text = fc.constantFrom(
  '"red"',
  '"o\'hara"',
  '"blue"',
  '""',
  'null',
  '"ünï"',
  '"back\\\\slash"',
  '"tab\\t"',
);
const spaces = fc.constantFrom('', '', '', ' ', '\n  ');
const event = fc
  .record({
    a: fc.option(number),
    b: fc.option(fc.oneof(number, fc.constant('null'))),
    color: fc.option(text),
    flag: fc.option(fc.constantFrom('true', 'false', 'null')),
    ts: fc.oneof(
      fc.integer({ min: NOW - 1e9, max: NOW }).map(String),
      fc.integer({ min: NOW - 1e9, max: NOW }).map((ms) => `"${new Date(ms).toISOString()}"`),
    ),
    prediction: fc.option(fc.oneof(number, fc.constantFrom('"yes"', 'true', 'null'))),
    score: fc.option(fc.constantFrom('0.25', '0.99', 'null')),
    latency: fc.option(fc.constantFrom('0', '12.5', '1e3')),
    error: fc.option(fc.constantFrom('null', 'false', 'true', '"boom"', '""')),
    tags: fc.option(fc.constantFrom('{}', '{"region":"eu","x":"it\'s"}', '{"region":"us"}', 'null')),
    featuresFirst: fc.boolean(),
    gap: spaces,
  })
  .map((e) => {
    const features = [
      e.a !== null && `"a":${e.gap}${e.a}`,
      e.b !== null && `"b":${e.b}${e.gap}`,
      e.color !== null && `"color":${e.color}`,
      e.flag !== null && `${e.gap}"flag":${e.flag}`,
    ].filter(Boolean);
    const fields = [
      `"model":"m"`,
      `"version":"v1"${e.gap}`,
      `"id":"id-1"`,
      `"ts":${e.ts}`,
      e.prediction !== null && `"prediction":${e.prediction}`,
      e.score !== null && `"score":${e.score}`,
      e.latency !== null && `"latency_ms":${e.latency}`,
      e.error !== null && `"error":${e.error}`,
      e.tags !== null && `"tags":${e.tags}`,
    ].filter(Boolean);
    const body = `"features":{${features.join(',')}}`;
    const all = e.featuresFirst ? [body, ...fields] : [...fields, body];
    return `{${e.gap}${all.join(',')}}`;
  });

describe('the fast lane', () => {
  it('writes the rows and counts that the complete decoder writes', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 10 }), async (messages) => {
        const { scanned, parsed, fast } = await bothWays(messages);
        taken += fast;
        expect(bytesOf(scanned, 'events')).toEqual(bytesOf(parsed, 'events'));
        expect(countsOf(scanned)).toEqual(countsOf(parsed));
        expect(rowsOf(scanned, 'traffic')).toEqual(rowsOf(parsed, 'traffic'));
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it('takes the usual event', async () => {
    const { fast } = await bothWays([
      `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":1.5,"b":-2,"color":"red","flag":true},"prediction":0.5}`,
    ]);
    expect(fast).toBe(1);
  });

  it.each([
    ['truncated', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":1`],
    ['text after the end', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":1}} x`],
    [
      'a second value of a feature',
      `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":1,"a":2}}`,
    ],
    ['a second model', `{"model":"m","model":"n","version":"v1","id":"1","ts":${NOW},"features":{}}`],
    ['a leading zero', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":01}}`],
    ['a bare point', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":1.}}`],
    ['a plus sign', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":+1}}`],
    ['an infinite number', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":1e999}}`],
    ['NaN', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":NaN}}`],
    ['a comma too many', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":1,}}`],
    ['a missing id', `{"model":"m","version":"v1","ts":${NOW},"features":{"a":1}}`],
    ['an unknown feature', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"zzz":1}}`],
    ['a time to come', `{"model":"m","version":"v1","id":"1","ts":${NOW + 1e9},"features":{"a":1}}`],
    ['another kind', `{"model":"m","version":"v1","id":"1","ts":${NOW},"features":{"a":"x"}}`],
  ])('leaves %s to the complete decoder', async (_name, message) => {
    const registry = await knownFeatures();
    const builder = builderOf(planOf(SIGNALS), registry);
    expect(new FastLane().add(builder, { value: Buffer.from(message), offset: 0, headers: {} })).toBe(false);
    expect(builder.eventRows).toBe(0);
  });
});
