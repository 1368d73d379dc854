import type { IngestDeps } from './deps.js';
import { FastLane } from './fast-lane.js';
import { createDecode } from './formats/decode.js';
import { PAIR_LIMITS, PairBook } from './formats/pair-book.js';
import { addMessage, decodeMessage } from './kafka/add-message.js';
import type { Message, RangeBatch } from './kafka/batch.js';
import { NO_METRICS } from './no-metrics.js';
import { builderOf, memoryRegistry, NOW, planOf, signal } from './testing.js';

/** A repeatable generator of numbers in [0, 1). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const VALID = [
  JSON.stringify({
    model: 'm',
    version: 'v1',
    id: '1',
    ts: NOW,
    features: { a: 1.5, b: -2e3, c: 'red', d: true, e: null },
  }),
  JSON.stringify({
    model: 'm',
    version: 'v1',
    id: '2',
    ts: '2026-01-15T11:59:59.123Z',
    features: {},
    prediction: { x: 0.4, y: 0.6 },
  }),
  JSON.stringify({ model: 'm', id: '1', ts: NOW, label: 'yes' }),
  JSON.stringify([
    { model: 'm', version: 'v1', id: '3', ts: NOW, features: { v: [1, 2, 3] }, tags: { region: 'eu' } },
  ]),
  JSON.stringify({
    specversion: '1.0',
    id: 'x',
    type: 'a.inference.request',
    data: { inputs: [{ name: 't', shape: [1], data: [1] }] },
  }),
  JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a', spanId: 'b', attributes: [] }] }] }],
  }),
];
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  ':',
  'null',
  'NaN',
  '1e999',
  '-',
  '__proto__',
  '\u0000',
  '\n',
  'é',
  '9'.repeat(40),
];

/** A valid message with a few bytes cut, doubled, flipped or replaced by what parsers stumble over. */
export function mutated(random: () => number): Buffer {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let bytes = Buffer.from(pick(VALID));
  for (let changes = Math.floor(random() * 4); changes >= 0; changes--) {
    const at = Math.floor(random() * (bytes.length + 1));
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    const kind = Math.floor(random() * 6);
    if (kind === 0) bytes = Buffer.from(head);
    else if (kind === 1) bytes = Buffer.concat([head, tail.subarray(1 + Math.floor(random() * 5))]);
    else if (kind === 2) bytes = Buffer.concat([head, Buffer.from(pick(PIECES)), tail]);
    else if (kind === 3 && at < bytes.length) bytes[at] = Math.floor(random() * 256);
    else if (kind === 4) bytes = Buffer.concat([head, Buffer.from(pick(VALID)), tail]);
    else bytes = Buffer.concat([head, tail, Buffer.from('\n'), tail]);
  }
  return bytes;
}

export interface FuzzResult {
  messages: number;
  /** Messages of which something was stored. */
  stored: number;
  /** Messages of which something became a dead letter. */
  deadLettered: number;
  /** Messages that were understood and are no event (half of a pair, a span of something else). */
  passedOver: number;
  /** Messages that left no trace, or threw: none may. */
  unaccounted: number;
}

const nothing = () => {};

/** Sends malformed and half-valid messages through the whole of decoding, validating and counting. */
export async function fuzz(messages: number, seed: number): Promise<FuzzResult> {
  const random = randomOf(seed);
  const registry = memoryRegistry();
  const plan = planOf([signal('a'), signal('b')], ['region']);
  const deps = { registry, metrics: NO_METRICS } as unknown as IngestDeps;
  const result: FuzzResult = { messages, stored: 0, deadLettered: 0, passedOver: 0, unaccounted: 0 };
  const pairs = new PairBook({ ...PAIR_LIMITS, limit: 100, expired: nothing });
  const plainDecode = createDecode(null);
  let ignored = 0;
  const decode: typeof plainDecode = async (message) => {
    const items = [...(await plainDecode(message))];
    ignored += items.filter((item) => 'ignored' in item).length;
    return items;
  };
  const lane = new FastLane();
  let batch = openBatch();

  function openBatch(): RangeBatch {
    const builder = builderOf(plan, registry);
    const range = { first: 0, last: 0, epoch: 1, now: NOW };
    return {
      range,
      source: 't:0',
      owner: 't:0',
      builder,
      messages: null,
      audit: false,
      unsure: false,
      committedAt: 0,
      decodeMs: 0,
    };
  }

  for (let offset = 0; offset < messages; offset++) {
    const message: Message = { offset, value: mutated(random), timestamp: NOW, headers: {} };
    const { builder } = batch;
    const before = { rows: builder.eventRows + builder.labelRows, dead: builder.deadLetters.length, ignored };
    if (!lane.add(builder, message))
      await addMessage(deps, batch, 0, message, await decodeMessage(message, { decode, pairs }));
    const stored = builder.eventRows + builder.labelRows > before.rows;
    const dead = builder.deadLetters.length > before.dead;
    const passed = ignored > before.ignored;
    if (stored) result.stored++;
    if (dead) result.deadLettered++;
    if (passed) result.passedOver++;
    if (!stored && !dead && !passed) result.unaccounted++;
    if (builder.full) {
      builder.tables();
      builder.release();
      batch = openBatch();
    }
  }
  return result;
}
