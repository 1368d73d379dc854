import { describe, expect, it } from 'vitest';
import type { IngestDeps } from '../deps.js';
import { createDecode } from '../formats/decode.js';
import { PAIR_LIMITS, PairBook } from '../formats/pair-book.js';
import { builderOf, memoryRegistry, NOW, planOf, signal } from '../testing.js';
import { addMessage, decodeMessage } from './add-message.js';
import type { RangeBatch } from './batch.js';

const silence = () => {};

function opened() {
  const registry = memoryRegistry();
  const builder = builderOf(planOf([signal('a')]), registry);
  const passed: string[] = [];
  const deps = {
    registry,
    metrics: { rejected: silence, passedOver: (_source: string, reason: string) => void passed.push(reason) },
  } as unknown as IngestDeps;
  const batch: RangeBatch = {
    range: { first: 0, last: 0, epoch: 1, now: NOW },
    source: 't:0',
    owner: 't:0',
    builder,
    messages: null,
    audit: false,
    unsure: false,
    committedAt: 0,
    decodeMs: 0,
  };
  const reading = { decode: createDecode(null), pairs: new PairBook({ ...PAIR_LIMITS, expired: silence }) };
  let offset = 0;
  return {
    builder,
    passed,
    codes: () => builder.deadLetters.map(({ code }) => code),
    async send(value: string, headers: Record<string, string> = {}) {
      const message = { offset: offset++, value: Buffer.from(value), timestamp: NOW, headers };
      await addMessage(deps, batch, 0, message, await decodeMessage(message, reading));
    },
  };
}

const event = (id: string, more: object = {}) => ({
  model: 'm',
  version: '1',
  id,
  ts: NOW,
  features: { a: 1 },
  ...more,
});
const half = (side: string, data: unknown) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'x',
    type: `a.inference.${side}`,
    inferenceservicename: 'm',
    data,
  });

describe('a message that is made to break the collector', () => {
  it.each([
    ['an array of arrays without end', '['.repeat(200_000) + ']'.repeat(200_000)],
    [
      'an attribute of a CloudEvent without end',
      `{"specversion":"1.0","source":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
    ],
    ['an attribute of a CloudEvent that is no text', '{"specversion":"1.0","source":{"toString":1}}'],
    [
      'a span whose id is no text',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":{"toString":1},"spanId":"b","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}}]}]}]}]}',
    ],
  ])('is a dead letter: %s', async (_name, text) => {
    const { send, codes, builder } = opened();
    await send(text);
    expect(codes()).toHaveLength(1);
    await send(JSON.stringify(event('after')));
    expect(builder.eventRows).toBe(1);
  });

  it('is a dead letter when a tensor claims more rows than it has values', async () => {
    const { send, codes } = opened();
    await send(
      half('request', { inputs: [{ name: 't', shape: [4_000_000_000], datatype: 'FP32', data: [] }] }),
    );
    await send(half('response', { outputs: [{ name: 'o', shape: [1], datatype: 'FP32', data: [1] }] }));
    expect(codes()).toEqual(['bad_inference']);
  });

  it.each([
    ['CloudEvents', '{"specversion":"1.0","type":"a.inference.request"}', (all: string) => `[${all}]`],
    [
      'spans',
      '{"traceId":"a","spanId":"b","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}}]}',
      (all: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${all}]}]}]}`,
    ],
  ])(
    'does not multiply: each of many bad %s is kept by itself, not with the whole message',
    async (_name, one, whole) => {
      const { send, builder } = opened();
      const text = whole(Array.from({ length: 1_000 }, () => one).join(','));
      await send(text);
      expect(builder.deadLetters).toHaveLength(1_000);
      const kept = builder.deadLetters.reduce((sum, { payload }) => sum + payload.length, 0);
      expect(kept).toBeLessThan(text.length * 3);
    },
  );
});

describe('of an array of events', () => {
  it('a refused one keeps its own bytes as they came', async () => {
    const { send, builder } = opened();
    const bad =
      '{ "model":"m", "version":"1","id":"big" ,"ts":1, "features":{"a":1e999,"b":12345678901234567890,"c":"]},{[\\""} }';
    await send(
      `[${JSON.stringify(event('one'))} , ${bad}\n,[1,[2]], "x,y" ,${JSON.stringify(event('two'))}]`,
    );
    expect(builder.eventRows).toBe(2);
    expect(builder.deadLetters.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      bad,
      '[1,[2]]',
      '"x,y"',
    ]);
  });
});
