import type { Message, Producer } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { DeadLetterRecord } from '../batch/dead-letter.js';
import { chunksOf, createDeadLetterTopic, isTooLarge } from './dead-letter-topic.js';

const letter = (id: string, bytes: number, headers: Record<string, string> = {}): DeadLetterRecord => ({
  id,
  partition: 0,
  offset: 1,
  stage: 'decode',
  code: 'not_json',
  message: 'no JSON',
  payload: Buffer.alloc(bytes, 1),
  headers,
});

const tooLarge = () => Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });

/** A topic whose broker takes requests of so many bytes; what it took, and what was logged. */
function topicOf(limit: number, refuse: () => Error = tooLarge) {
  const taken: Message[] = [];
  const logged: object[] = [];
  const silence = () => {};
  let requests = 0;
  const sizeOf = ({ key, value, headers }: Message) =>
    Buffer.byteLength(String(key)) +
    (value?.length ?? 0) +
    Object.entries(headers ?? {}).reduce((sum, [name, text]) => sum + name.length + String(text).length, 0);
  const producer = {
    async send({ messages }: { messages: Message[] }) {
      requests++;
      if (messages.reduce((sum, message) => sum + sizeOf(message), 0) > limit) throw refuse();
      taken.push(...messages);
    },
  } as unknown as Producer;
  const logger = {
    debug: silence,
    info: silence,
    warn: silence,
    error: (fields: object) => void logged.push(fields),
  };
  const topic = createDeadLetterTopic(producer, 'dead', logger);
  return { topic, taken, logged, requests: () => requests };
}

describe('dead letters on their way to the topic', () => {
  it('share requests that a broker takes, in their order, and large ones go alone', () => {
    const letters = [
      ...Array.from({ length: 700 }, (_, i) => letter(`small-${i}`, 100)),
      letter('large', 900_000),
      ...Array.from({ length: 40 }, (_, i) => letter(`middle-${i}`, 30_000)),
    ];
    const chunks = chunksOf(letters);
    expect(chunks.flat().map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
    for (const chunk of chunks) {
      const bytes = chunk.reduce((sum, { payload }) => sum + payload.length, 0);
      expect(chunk.length).toBeLessThanOrEqual(500);
      if (chunk.length > 1) expect(bytes).toBeLessThan(600_000);
    }
    expect(chunks.length).toBeLessThan(8);
  });

  it('share no request whose headers a broker does not take', () => {
    const letters = Array.from({ length: 30 }, (_, i) => letter(`${i}`, 10, { trace: 'x'.repeat(100_000) }));
    for (const chunk of chunksOf(letters)) expect(chunk.length).toBeLessThanOrEqual(5);
  });

  it('are whole where the topic takes them alone', async () => {
    const { topic, taken } = topicOf(50_000);
    await topic.send('t', [letter('a', 30_000, { trace: 'x' }), letter('b', 30_000)]);
    expect(taken.map(({ key, value }) => [key, value!.length])).toEqual([
      ['a', 30_000],
      ['b', 30_000],
    ]);
    expect(taken[0]!.headers).toMatchObject({ trace: 'x', 'leeway-source-topic': 't' });
    expect(taken[0]!.headers).not.toHaveProperty('leeway-cut-from-bytes');
  });

  it('are cut where the topic takes no message of their size, and say so', async () => {
    const { topic, taken } = topicOf(20_000);
    await topic.send('t', [letter('a', 70_000, { trace: 'x' })]);
    expect(taken).toMatchObject([{ headers: { trace: 'x', 'leeway-cut-from-bytes': '70000' } }]);
    expect(taken[0]!.value!.length).toBe(17_500);
    expect(taken[0]!.headers).not.toHaveProperty('leeway-cut-headers');
  });

  it('leave out headers that the topic does not take, and say so', async () => {
    const { topic, taken, logged } = topicOf(20_000);
    const headers = { trace: 'x'.repeat(30_000), ce_id: '1' };
    await topic.send('t', [
      letter('small', 10, headers),
      letter('large', 70_000, headers),
      letter('next', 10),
    ]);
    expect(taken.map(({ key, value }) => [key, value!.length])).toEqual([
      ['small', 10],
      ['large', 17_500],
      ['next', 10],
    ]);
    for (const { headers } of taken.slice(0, 2)) {
      expect(headers).toMatchObject({ 'leeway-source-topic': 't', 'leeway-cut-headers': 'trace,ce_id' });
      expect(headers).not.toHaveProperty('trace');
    }
    expect(taken[0]!.headers).not.toHaveProperty('leeway-cut-from-bytes');
    expect(logged).toEqual([]);
  });

  it('stay in the table alone where the topic takes nothing of them, and what follows goes on', async () => {
    const { topic, taken, logged, requests } = topicOf(500);
    const message = 'm'.repeat(1_000);
    await topic.send('t', [{ ...letter('never', 2_000_000), message }, letter('next', 10)]);
    expect(taken.map(({ key }) => key)).toEqual(['next']);
    expect(logged).toMatchObject([{ id: 'never', bytes: 2_000_000 }]);
    expect(requests()).toBeLessThan(40);
  });

  it('are not waited for without end: the producer connects anew, once for all who wait', async () => {
    const calls: string[] = [];
    let hangs = true;
    const producer = {
      send: async () => (hangs ? new Promise(() => {}) : void calls.push('send')),
      disconnect: async () => void calls.push('disconnect'),
      connect: async () => void calls.push('connect'),
    } as unknown as Producer;
    const topic = createDeadLetterTopic(producer, 'dead', { error: () => {} }, 20);
    const both = await Promise.allSettled(['a', 'b'].map((id) => topic.send('t', [letter(id, 10)])));
    expect(both.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    expect(String((both[0] as PromiseRejectedResult).reason)).toMatch(/takes nothing: no answer within/);
    expect(calls).toEqual(['disconnect', 'connect']);
    hangs = false;
    await topic.send('t', [letter('a', 10)]);
    expect(calls).toEqual(['disconnect', 'connect', 'send']);
  });

  it('wait where the topic is away', async () => {
    const { topic } = topicOf(10, () => new Error('broker away'));
    await expect(topic.send('t', [letter('a', 100)])).rejects.toThrow(/takes nothing: broker away/);
  });

  it.each([
    ['a protocol error', tooLarge(), true],
    ['a list of records', Object.assign(new Error('x'), { type: 'RECORD_LIST_TOO_LARGE' }), true],
    ['one inside of others', new Error('x', { cause: new Error('y', { cause: tooLarge() }) }), true],
    ['another protocol error', Object.assign(new Error('x'), { type: 'NOT_ENOUGH_REPLICAS' }), false],
    ['no error', 'MESSAGE_TOO_LARGE', false],
  ])('are too large by %s', (_what, error, expected) => {
    expect(isTooLarge(error)).toBe(expected);
  });

  it('are none when there are none', () => {
    expect(chunksOf([])).toEqual([]);
  });
});
