import type { DeadLetter } from '@leeway/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/collector.js';
import { noBroker } from '../support/kafka.js';
import { openScene, Scenario, type Scene, type SceneMessage } from './scene.js';

const missing = noBroker();

/** Messages that did, or could, end a collector or hold its partition for ever. */
const HOSTILE: [string, SceneMessage][] = [
  ['an array without end', { value: '['.repeat(200_000) + ']'.repeat(200_000) }],
  [
    'an attribute without end',
    { value: `{"specversion":"1.0","a":${'['.repeat(90_000)}${']'.repeat(90_000)}}` },
  ],
  ['an attribute that is no text', { value: '{"specversion":"1.0","source":{"toString":1}}' }],
  ['bytes of no format', { value: Buffer.from(Array.from({ length: 256 }, (_, i) => 255 - i)) }],
  ['nothing', { value: null }],
  ['an empty message', { value: '' }],
  ['a lone zero byte', { value: Buffer.from([0]) }],
  [
    'half a character as the name of a feature',
    { value: `{"model":"h","version":"1","id":"h","ts":${Date.now()},"features":{"\\ud800":1}}` },
  ],
];

describe.skipIf(missing !== null)(`poison pills${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let scene: Scene;
  let scenario: Scenario | null = null;
  beforeAll(async () => {
    scene = await openScene();
  }, 120_000);
  afterEach(async () => {
    await scenario?.kill();
    scenario = null;
  });
  afterAll(async () => {
    await scene?.close();
  });

  async function open(name: string): Promise<Scenario> {
    scenario = new Scenario(scene, name, { KAFKA_DEAD_LETTER_TOPIC: `${name}.dead` });
    await scenario.create();
    await scenario.start();
    return scenario;
  }

  /** Messages of the dead-letter topic, by key. */
  async function letters(
    one: Scenario,
    count: number,
  ): Promise<Map<string, { bytes: number; cut: string | undefined; cutHeaders: string | undefined }>> {
    const found: Awaited<ReturnType<typeof letters>> = new Map();
    const consumer = scene.kafka.consumer({ groupId: `${one.name}.reader`, maxBytesPerPartition: 4 << 20 });
    await consumer.connect();
    await consumer.subscribe({ topic: `${one.name}.dead`, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const cut = message.headers?.['leeway-cut-from-bytes']?.toString();
        const cutHeaders = message.headers?.['leeway-cut-headers']?.toString();
        found.set(String(message.key), { bytes: message.value?.length ?? 0, cut, cutHeaders });
      },
    });
    await eventually(async () => found.size >= count, 30_000, `${count} dead letters`).finally(() =>
      consumer.disconnect(),
    );
    return found;
  }

  it('each become a dead letter, and what stands between them is stored', async () => {
    const one = await open('hostile');
    const half = (side: string, data: object): SceneMessage => ({
      value: JSON.stringify({
        specversion: '1.0',
        id: 'x',
        type: `a.inference.${side}`,
        modelid: one.name,
        data,
      }),
    });
    await one.send([
      ...HOSTILE.flatMap(([, message], i) => [message, { value: one.event(`e${i}`) }]),
      // Four billion rows that are not there.
      half('request', { inputs: [{ name: 't', shape: [4_000_000_000], datatype: 'FP32', data: [] }] }),
      half('response', { outputs: [{ name: 'o', shape: [1], datatype: 'FP32', data: [1] }] }),
      { value: one.event('last') },
    ]);
    const ids = await one.stored(HOSTILE.length + 1);
    expect(ids).toEqual([...HOSTILE.map((_, i) => `e${i}`), 'last'].sort());
    await one.settled(HOSTILE.length * 2 + 3);
    const codes = (await one.deadLetters()).map(({ code }) => code).sort();
    expect(codes).toHaveLength(HOSTILE.length + 1);
    expect(codes).toContain('bad_inference');
  });

  it('by the hundred, and as large as the broker takes them, pass through the dead-letter topic', async () => {
    const one = await open('large');
    const junk = (size: number) => ({ value: 'x'.repeat(size) });
    // Together far beyond what one request to the broker may hold, and one that leaves no room for headers.
    const producer = scene.kafka.producer();
    await producer.connect();
    for (let i = 0; i < 10; i++)
      await producer.send({
        topic: one.name,
        messages: Array.from({ length: 30 }, () => ({ partition: 0, ...junk(20_000) })),
      });
    const whole = 1_048_588 - 100;
    await producer.send({ topic: one.name, messages: [{ partition: 0, ...junk(whole) }] });
    const trace = 'x'.repeat(whole - 200);
    await producer.send({
      topic: one.name,
      messages: [{ partition: 0, ...junk(50), headers: { trace } }],
    });
    await producer.disconnect();
    await one.send([{ value: one.event('e0') }]);
    await one.stored(1);
    await one.settled(303);
    const found = await letters(one, 302);
    // One that is nearly all headers comes without them.
    expect(found.get(`${one.name}:0:301:0`)).toEqual({ bytes: 50, cut: undefined, cutHeaders: 'trace' });
    expect([...found.values()].filter(({ bytes }) => bytes === 20_000)).toHaveLength(300);
    const cut = found.get(`${one.name}:0:300:0`);
    expect(cut?.cut).toBe(String(whole));
    expect(cut?.bytes).toBeGreaterThan(100_000);
    // The table has it whole.
    const { body } = await one.collector!.ask<DeadLetter>(`/dead-letters/${one.name}:0:300:0`);
    expect([body.bytes, Buffer.from(body.payload, 'base64').length]).toEqual([whole, whole]);
    // A list of large ones stays small.
    const listed = await one.collector!.ask<{ dead_letters: DeadLetter[] }>('/dead-letters?limit=1000');
    const lengths = listed.body.dead_letters.map(({ payload }) => payload.length);
    expect([lengths.length, Math.max(...lengths)]).toEqual([302, 16_384]);
  });
});
