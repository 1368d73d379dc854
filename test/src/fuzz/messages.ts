import { createHash } from 'node:crypto';
import { randomOf } from '../support/samples.js';

export const MODEL = 'fuzz';

/** Stands for the message's own id in a whole message, and for its call's, which some messages share. */
const ID = '@@own-id@@';
const CALL = '@@call-id@@';
/** Messages that share a call's id. */
const CALL_MESSAGES = 16;

/** Whole messages of every JSON format; a fuzzed message begins as one of them. */
export function wholeMessages(now: number): string[] {
  const event = {
    model: MODEL,
    version: 'v1',
    id: ID,
    ts: now,
    features: { amount: 1.5, balance: -2e3, color: 'red', member: true, missing: null },
    prediction: 0.25,
    latency_ms: 12.5,
  };
  const at = new Date(now).toISOString();
  const half = (side: string, data: object) => ({
    specversion: '1.0',
    id: CALL,
    source: '/models/fuzz',
    type: `org.kubeflow.serving.inference.${side}`,
    time: at,
    inferenceservicename: MODEL,
    data,
  });
  return [
    event,
    { ...event, ts: at, prediction: { yes: 0.4, no: 0.6 }, tags: { region: 'north' } },
    { model: MODEL, id: ID, ts: now, label: 'yes' },
    [event, { ...event, id: `${ID}-b`, features: { vector: [1, 2, 3] }, tokens: { input: 7, output: 9 } }],
    { specversion: '1.0', id: 'c-1', source: '/s', type: 'com.example.prediction', data: event },
    half('request', { inputs: [{ name: 'amount', shape: [2, 1], datatype: 'FP32', data: [1, 2] }] }),
    half('response', { outputs: [{ name: 'label', shape: [2], datatype: 'INT64', data: [0, 1] }] }),
    half('request', {
      instances: [
        [1, 2],
        [3, 4],
      ],
    }),
    {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'chat' } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: '5b8efff798038103d269b633813fc60c',
                  spanId: 'eee19b7ec3c1b174',
                  startTimeUnixNano: `${now}000000`,
                  endTimeUnixNano: `${now + 5}000000`,
                  attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 'llm' } }],
                },
              ],
            },
          ],
        },
      ],
    },
  ].map((message) => JSON.stringify(message));
}

/** What parsers stumble over. */
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
  '-',
  '1e999',
  '-0',
  '0.1e-320',
  '__proto__',
  '\u0000',
  '\n',
  'é',
  '\ud800',
  '\\ud800',
  '\u202e',
  '9'.repeat(40),
  '{"toString":1}',
  '[[[[[[[[',
  '"constructor":',
  '[1e9]',
  '\t',
];
/** Messages that are broken in other ways than by an accident. */
const HOSTILE = [
  '',
  ' ',
  'null',
  'true',
  '17',
  '"text"',
  '[]',
  '{}',
  '\ufeff{}',
  '['.repeat(20_000) + ']'.repeat(20_000),
  '{"specversion":"1.0","source":{"toString":1}}',
  '{"specversion":"1.0","type":"a.inference.request","id":"s","data":{"inputs":[{"name":"t","shape":[4000000000],"data":[]}]}}',
  `[${Array.from({ length: 40 }, () => '{"specversion":"1.0","type":"a.inference.request"}').join(',')}]`,
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":{"toString":1},"attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}}]}]}]}]}',
  '\u0000\u0000\u0000\u0000\u0007avro',
];

/**
 * The fuzzed messages of a seed, in order: hostile ones, whole ones, and mostly whole ones of which bytes were cut,
 * doubled, flipped, or replaced. Repeatable, so that nothing needs to be kept.
 */
export function* fuzzed(seed: number, now: number): Generator<Buffer> {
  const random = randomOf(seed * 7_919 + 17);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const templates = wholeMessages(now);
  const hostile = HOSTILE.map((text) => Buffer.from(text));
  for (let index = 0; ; index++) {
    // Ids far apart: a changed one is still nobody else's.
    const id = createHash('md5').update(`${seed}:${index}`).digest('hex');
    const call = `call-${Math.floor(index / CALL_MESSAGES)}`;
    const whole = () => Buffer.from(pick(templates).replaceAll(ID, id).replace(CALL, call));
    const kind = random();
    if (kind < 0.01) yield pick(hostile);
    else if (kind < 0.35) yield whole();
    else if (kind < 0.37) yield Buffer.from(Array.from({ length: 40 }, () => Math.floor(random() * 256)));
    else yield changed(whole(), random, () => Buffer.from(pick(PIECES)), whole);
  }
}

function changed(whole: Buffer, random: () => number, piece: () => Buffer, other: () => Buffer): Buffer {
  let bytes = Buffer.from(whole);
  for (let changes = Math.floor(random() * 3); changes >= 0; changes--) {
    const at = Math.floor(random() * (bytes.length + 1));
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    const kind = Math.floor(random() * 6);
    if (kind === 0) bytes = Buffer.from(head);
    else if (kind === 1) bytes = Buffer.concat([head, tail.subarray(1 + Math.floor(random() * 5))]);
    else if (kind === 2) bytes = Buffer.concat([head, piece(), tail]);
    else if (kind === 3 && at < bytes.length) bytes[at] = Math.floor(random() * 256);
    else if (kind === 4) bytes = Buffer.concat([head, other(), tail]);
    else bytes = Buffer.concat([head, tail, Buffer.from('\n'), tail]);
  }
  return bytes;
}

/**
 * Whether a message holds something that is understood and no event by itself: half of an inference, or spans of
 * something else than a model's call. Decided from the text alone, without the collector's code.
 */
export function mayBePassedOver(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return /inference\.(request|response)"/.test(text) || /"resourceSpans"/.test(text);
}
