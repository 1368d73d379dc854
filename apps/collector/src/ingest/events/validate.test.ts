import { EVENT_LIMITS, LabelEvent, PredictionEvent } from '@leeway/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventProblems, labelProblems } from './validate.js';

const scalar = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string({ maxLength: 12 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  fc.integer({ min: 0, max: 4_102_444_800_000 }),
  fc.constantFrom(
    '2026-02-30T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00+02:00',
    '2026-01-01T10:00Z',
    '1e3',
  ),
  fc.double(),
);
const name = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('a', 'ü', 'half\ud83d', '__proto__', 'x'.repeat(201)),
);
const mostly = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: fc.anything() });
const values = fc.dictionary(
  name,
  fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.object({ maxDepth: 1 })),
  { maxKeys: 4 },
);

const event = fc.record(
  {
    model: mostly(fc.constantFrom('m', 'half\ud83d', 'fraud/eu', 'modèle', 'tab\there')),
    version: mostly(fc.oneof(fc.string({ maxLength: 5 }), fc.constant('\udc00'))),
    id: mostly(fc.string({ maxLength: 5 })),
    ts: mostly(time),
    features: mostly(values),
    prediction: mostly(
      fc.oneof(scalar, fc.dictionary(name, fc.double({ min: -0.2, max: 1.2 }), { maxKeys: 3 })),
    ),
    score: mostly(scalar),
    latency_ms: mostly(fc.oneof(fc.double(), fc.constant(null))),
    error: mostly(scalar),
    tags: mostly(fc.oneof(fc.constant(null), fc.dictionary(name, scalar, { maxKeys: 3 }))),
    tokens: mostly(
      fc.oneof(
        fc.constant(null),
        fc.record({ input: fc.integer(), output: fc.oneof(fc.nat(), fc.double()) }),
      ),
    ),
  },
  { requiredKeys: ['model', 'version', 'id', 'ts', 'features'] },
);

/** What JSON makes of a value: the validator only ever sees that. */
function asJson(value: unknown): Record<string, unknown> | null {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return null;
  }
  const parsed: unknown = text === undefined ? null : JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? (parsed as Record<string, unknown>)
    : null;
}

const valid = {
  model: 'm',
  version: 'v1',
  id: '1',
  ts: 1_700_000_000_000,
  features: { age: 41, color: 'red', ok: true, gone: null, vector: [0.5, 1] },
};

describe('eventProblems', () => {
  it('agrees with the contract on what an event is', () => {
    fc.assert(
      fc.property(event, (candidate) => {
        const json = asJson(candidate);
        fc.pre(json !== null);
        const mine = eventProblems(json!).map((problem) => problem.message);
        const contract = PredictionEvent.safeParse(json);
        expect({ taken: mine.length === 0, mine }).toEqual({ taken: contract.success, mine });
      }),
      { numRuns: 4_000 },
    );
  });

  it('takes a whole event', () => {
    expect(eventProblems(valid)).toEqual([]);
  });

  it.each([
    [{ ...valid, model: undefined }, '$.model', 'missing_field'],
    [{ ...valid, model: 'a/b' }, '$.model', 'bad_name'],
    [{ ...valid, features: { a: { b: 1 } } }, '$.features.a', 'wrong_type'],
    [{ ...valid, features: { 'a b': [] } }, '$.features["a b"]', 'too_short'],
    [{ ...valid, features: { v: [1, 'x'] } }, '$.features.v[1]', 'wrong_type'],
    [{ ...valid, features: [1] }, '$.features', 'wrong_type'],
    [{ ...valid, ts: 'yesterday' }, '$.ts', 'bad_time'],
    [{ ...valid, ts: 1.5 }, '$.ts', 'bad_time'],
    [{ ...valid, latency_ms: -1 }, '$.latency_ms', 'out_of_range'],
    [{ ...valid, prediction: { yes: 1.5 } }, '$.prediction.yes', 'out_of_range'],
    [{ ...valid, features: { a: Number.POSITIVE_INFINITY } }, '$.features.a', 'wrong_type'],
  ])('names what is wrong and where (%#)', (candidate, path, code) => {
    expect(eventProblems(candidate)).toMatchObject([{ path, code }]);
  });

  it('refuses more features, classes and tags than the limits', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 0]));
    expect(eventProblems({ ...valid, features: many(EVENT_LIMITS.features + 1) })).toMatchObject([
      { code: 'too_many' },
    ]);
    expect(eventProblems({ ...valid, prediction: many(EVENT_LIMITS.classes + 1) })).toMatchObject([
      { code: 'too_many' },
    ]);
    expect(eventProblems({ ...valid, tags: many(EVENT_LIMITS.tags + 1) })).toMatchObject([
      { code: 'too_many' },
    ]);
  });
});

describe('labelProblems', () => {
  it('agrees with the contract on what a label is', () => {
    const label = fc.record(
      {
        model: mostly(fc.constant('m')),
        id: mostly(fc.string({ maxLength: 3 })),
        ts: mostly(time),
        label: mostly(scalar),
      },
      { requiredKeys: ['model', 'id', 'ts'] },
    );
    fc.assert(
      fc.property(label, (candidate) => {
        const json = asJson(candidate);
        fc.pre(json !== null);
        expect(labelProblems(json!).length === 0).toBe(LabelEvent.safeParse(json).success);
      }),
      { numRuns: 1_000 },
    );
  });
});
