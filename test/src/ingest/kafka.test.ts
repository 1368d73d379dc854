import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DeadLetter, EventPage, StatusReport } from '@leeway/contract';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, eventually, ROOT, runLeeway, startCollector } from '../support/collector.js';
import {
  type Broker,
  createTopic,
  kafkaClient,
  noBroker,
  startBroker,
  steadyProducer,
} from '../support/kafka.js';

interface DeadLetters {
  dead_letters: DeadLetter[];
  total: number;
}

const run = promisify(execFile);
const TOPIC = 'leeway.events';
const missing = noBroker();
const noKcat = noTool('kcat');

function noTool(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return false;
  } catch {
    if (process.env.CI === 'true') throw new Error(`${name} is missing, and CI runs every test`);
    return true;
  }
}

describe.skipIf(missing !== null)(
  `ingest from a real broker${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let broker: Broker;
    let collector: Collector;
    let kafka: Kafka;
    let folder: string;
    const env = () => ({ KAFKA_BROKERS: broker.brokers.join(','), KAFKA_TOPICS: TOPIC });

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'leeway-kafka-test-'));
      broker = await startBroker({ dataDir: folder });
      kafka = kafkaClient(broker.brokers);
      await createTopic(kafka, TOPIC, 3);
      collector = await startCollector({ env: env() });
    }, 120_000);
    afterAll(async () => {
      await collector?.stop();
      await broker?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    async function send(
      messages: { value: string | Buffer | null; headers?: Record<string, string>; partition?: number }[],
    ) {
      const producer = await steadyProducer(kafka);
      await producer.send({ topic: TOPIC, messages });
      await producer.disconnect();
    }
    const event = (id: string, more: object = {}) =>
      JSON.stringify({
        model: 'm',
        version: '1',
        id,
        ts: Date.now(),
        features: { a: 1.5, b: 'x' },
        prediction: 1,
        ...more,
      });
    const stored = async (model: string, id: string) =>
      (await collector.ask<EventPage>(`/models/${model}/events?id=${encodeURIComponent(id)}&from=now-1h`))
        .body.events ?? [];
    const storedOnce = (model: string, id: string) =>
      eventually(async () => (await stored(model, id)).length === 1, 30_000, `event ${id}`);

    it('stores single events, arrays and lines, and answers for them', async () => {
      await send([
        { value: event('one') },
        { value: `[${event('two')},${event('three')}]` },
        { value: `${event('four')}\n${event('five')}\n` },
      ]);
      for (const id of ['one', 'two', 'three', 'four', 'five']) await storedOnce('m', id);
    });

    it('never stops at a poison pill: it goes to the dead-letter topic with its bytes and where it came from', async () => {
      const poison = '{"model":"m","features":{"a":NaN}}';
      await send([
        { value: poison, partition: 1 },
        { value: null, partition: 1 },
        { value: event('bad-time', { ts: '1926-01-01T00:00:00Z' }), partition: 1 },
        { value: event('after-poison'), partition: 1 },
      ]);
      await storedOnce('m', 'after-poison');
      const letters = await eventually(async () => {
        const { body } = await collector.ask<DeadLetters>('/dead-letters');
        return body.total >= 3 ? body.dead_letters : null;
      });
      expect(letters.map((letter) => letter.code).sort()).toEqual(
        expect.arrayContaining(['empty', 'not_json', 'ts_too_old']),
      );
      const found: { value: string; headers: Record<string, string> }[] = [];
      const consumer = kafka.consumer({ groupId: 'reader' });
      await consumer.connect();
      await consumer.subscribe({ topic: 'leeway.dead-letters', fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
          found.push({
            value: String(message.value),
            headers: Object.fromEntries(headers) as Record<string, string>,
          });
        },
      });
      const letter = await eventually(async () => found.find((candidate) => candidate.value === poison));
      await consumer.disconnect();
      expect(letter.headers).toMatchObject({
        'leeway-source-topic': TOPIC,
        'leeway-source-partition': '1',
        'leeway-source-offset': expect.stringMatching(/^\d+$/),
        'leeway-error-class': 'not_json',
        'leeway-stage': 'decode',
        'leeway-error-message': expect.stringContaining('send null'),
      });
    });

    it('lists, shows and replays dead letters from the command line', async () => {
      const wrong = event('to-mend', { ts: 'soon' });
      await send([{ value: wrong }]);
      const letter = await eventually(async () => {
        const { body } = await collector.ask<DeadLetters>('/dead-letters');
        return body.dead_letters.find((candidate) => candidate.code === 'bad_time');
      });
      const listed = await runLeeway(['--url', collector.url, 'dead-letters', 'list']);
      expect(listed.code).toBe(0);
      expect(listed.out).toContain(letter.id);
      const shown = await runLeeway(['--url', collector.url, 'dead-letters', 'show', letter.id]);
      expect(shown.out).toContain('"to-mend"');
      const replayed = await runLeeway(['--url', collector.url, 'dead-letters', 'replay', letter.id]);
      expect(replayed.code).toBe(1);
      expect(replayed.err).toContain('still refused');
    });

    it('pairs the halves that a KServe logger sends', async () => {
      const headers = { ce_specversion: '1.0', ce_id: 'kserve-1', ce_inferenceservicename: 'credit' };
      await send([
        {
          value: JSON.stringify({ instances: [{ income: 3100 }] }),
          partition: 0,
          headers: { ...headers, ce_type: 'org.kubeflow.serving.inference.request' },
        },
      ]);
      await send([
        {
          value: JSON.stringify({ predictions: [1] }),
          partition: 0,
          headers: { ...headers, ce_type: 'org.kubeflow.serving.inference.response' },
        },
      ]);
      await storedOnce('credit', 'kserve-1');
      expect((await stored('credit', 'kserve-1'))[0]).toMatchObject({
        features: { income: 3100 },
        prediction: 1,
      });
    });

    it.skipIf(noKcat).each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
      `reads what kcat compresses with %s${noKcat ? ' (skipped: kcat is not installed)' : ''}`,
      async (codec) => {
        const before = await collector
          .ask<EventPage>('/models/churn/events?from=now-1h&limit=1000')
          .catch(() => null);
        const known = before?.status === 200 ? before.body.events.length : 0;
        await run(join(ROOT, 'examples/emitters/shell/kcat.sh'), [broker.brokers[0]!, TOPIC, codec]);
        await eventually(async () => {
          const { status, body } = await collector.ask<EventPage>(
            '/models/churn/events?from=now-1h&limit=1000',
          );
          const ids = status === 200 ? body.events.filter((one) => one.id.startsWith(`kcat-${codec}-`)) : [];
          return ids.length === 2 && body.events.length === known + 2;
        });
      },
    );

    it('stores what the TypeScript and shell emitters send', async () => {
      const emitters = join(ROOT, 'examples/emitters');
      const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
      const http = await run(process.execPath, [tsx, join(emitters, 'typescript/http.ts'), collector.url]);
      expect(http.stdout).toBe('accepted 100\n');
      const sent = await run(process.execPath, [
        tsx,
        join(emitters, 'typescript/kafka.ts'),
        broker.brokers[0]!,
        TOPIC,
      ]);
      expect(sent.stdout).toContain('sent 100');
      const curl = await run(join(emitters, 'shell/curl.sh'), [collector.url]);
      expect(curl.stdout).toContain('"accepted":2');
      await eventually(async () => {
        const { body } = await collector.ask<EventPage>('/models/churn/events?from=now-1h&limit=1');
        return body.matched >= 202;
      });
    });

    it('goes on where it was after a stop, and stores nothing twice', async () => {
      expect(await collector.stop()).toBe(0);
      await send([{ value: event('while-away') }]);
      collector = await startCollector({ env: env() });
      await storedOnce('m', 'while-away');
    });

    it('takes HTTP events while the broker is away and goes on when it returns', async () => {
      const { port, dataDir } = broker;
      await broker.kill();
      const answer = await collector.ask<{ accepted: number }>('/events', {
        json: JSON.parse(event('no-broker')),
      });
      expect(answer.body.accepted).toBe(1);
      broker = await startBroker({ port, dataDir });
      kafka = kafkaClient(broker.brokers);
      await createTopic(kafka, TOPIC, 3).catch(() => {});
      await send([{ value: event('broker-back') }]);
      await eventually(
        async () => (await stored('m', 'broker-back')).length === 1,
        60_000,
        'the event after the broker came back',
      );
      const { body } = await collector.ask<StatusReport>('/status');
      expect(body.ingest.kafka?.connected).toBe(true);
    }, 120_000);
  },
);
