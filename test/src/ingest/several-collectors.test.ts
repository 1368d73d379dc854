import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../support/clickhouse-http.js';
import { type Collector, eventually, startCollector } from '../support/collector.js';
import { createTopic, noBroker, steadyProducer } from '../support/kafka.js';
import { openScene, type Scene } from './scene.js';

const missing = noBroker();
const PARTITIONS = 8;

describe.skipIf(missing !== null)(
  `collectors of one consumer group on one ClickHouse${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let scene: Scene;
    let clickhouse: ClickhouseHttp;
    const running: Collector[] = [];
    let sent = 0;

    beforeAll(async () => {
      scene = await openScene();
      clickhouse = await startClickhouseHttp();
    }, 120_000);
    afterEach(async () => {
      clickhouse.silent = null;
      clickhouse.refused = null;
      clickhouse.insertDelayMs = 0;
      for (const collector of running.splice(0)) {
        collector.signal('SIGCONT');
        collector.signal('SIGKILL');
        await collector.ended;
      }
    });
    afterAll(async () => {
      await scene?.close();
      await clickhouse?.close();
    });

    /** A topic with a database of its own. */
    async function open(name: string): Promise<string> {
      sent = 0;
      await createTopic(scene.kafka, name, PARTITIONS);
      return name;
    }

    async function start(name: string, env: Record<string, string> = {}): Promise<Collector> {
      const collector = await startCollector({
        env: {
          LEEWAY_ROLE: 'ingest',
          CLICKHOUSE_URL: clickhouse.url,
          CLICKHOUSE_DATABASE: name,
          KAFKA_BROKERS: scene.broker.brokers.join(','),
          KAFKA_TOPICS: name,
          KAFKA_GROUP_ID: name,
          KAFKA_SESSION_TIMEOUT_MS: '6000',
          ...env,
        },
      });
      running.push(collector);
      return collector;
    }

    async function send(name: string, count: number): Promise<void> {
      const producer = await steadyProducer(scene.kafka);
      const messages = Array.from({ length: count }, () => {
        const i = sent++;
        return {
          partition: i % PARTITIONS,
          value: JSON.stringify({
            model: 'm',
            version: '1',
            id: `e${i}`,
            ts: Date.now(),
            features: { a: i },
            latency_ms: i % 50,
          }),
        };
      });
      await producer.send({ topic: name, messages });
      await producer.disconnect();
    }

    interface Totals {
      events: number;
      distinct: number;
      requests: number;
      latencies: number;
    }

    async function totals(name: string): Promise<Totals> {
      const [row] = await clickhouse.rows<Totals>(
        `SELECT toUInt32(count()) AS events, toUInt32(uniqExact(id)) AS distinct,
           (SELECT toInt32(sum(requests)) FROM ${name}.traffic WHERE segment = '') AS requests,
           (SELECT toInt32(sum(arraySum(mapValues(bins)))) FROM ${name}.histograms
            WHERE segment = '' AND signal = '@latency') AS latencies
         FROM ${name}.events`,
      );
      return row!;
    }

    /** Everything that was sent is stored and counted, and stays at that. */
    async function onceEach(name: string, limitMs = 60_000): Promise<void> {
      await eventually(
        async () => (await totals(name)).requests >= sent && (await passed(name)),
        limitMs,
        `${sent} events of ${name}`,
      ).catch(async (error: Error) => {
        const logs = running.map((collector) => collector.log().slice(-3_000)).join('\n---\n');
        throw new Error(`${error.message}: ${JSON.stringify(await totals(name))}\n${logs}`);
      });
      expect(await totals(name)).toEqual({ events: sent, distinct: sent, requests: sent, latencies: sent });
    }

    /** Ranges that are announced by the group's positions, and whether everything is read. */
    async function positions(
      name: string,
    ): Promise<{ partition: number; offset: number; pending: boolean }[]> {
      const admin = scene.kafka.admin();
      await admin.connect();
      const [topic] = await admin.fetchOffsets({ groupId: name, topics: [name] });
      await admin.disconnect();
      return (topic?.partitions ?? []).map(({ partition, offset, metadata }) => ({
        partition,
        offset: Number(offset),
        pending: metadata?.includes('"first"') ?? false,
      }));
    }
    async function passed(name: string): Promise<boolean> {
      const all = await positions(name);
      const read = all.reduce((sum, { offset }) => sum + Math.max(0, offset), 0);
      return read === sent && all.every(({ pending }) => !pending);
    }

    async function assignment(collector: Collector): Promise<number> {
      const { body } = await collector.ask<{ ingest: { kafka: { partitions: unknown[] } } }>('/status');
      return body.ingest.kafka.partitions.length;
    }

    it('share eight partitions, and one takes over when the other is killed', async () => {
      const name = await open('shared');
      const [one, two] = [await start(name), await start(name)];
      await send(name, 800);
      await onceEach(name);
      await send(name, 800);
      await onceEach(name);
      expect((await assignment(one)) + (await assignment(two))).toBe(PARTITIONS);
      expect(await assignment(one)).toBe(PARTITIONS / 2);
      const more = (async () => {
        for (let i = 0; i < 10; i++) await send(name, 400);
      })();
      await sleep(500);
      one.signal('SIGKILL');
      await one.ended;
      await more;
      await onceEach(name);
      // A third that joins in mid-stream: partitions move, nothing is stored twice.
      const further = (async () => {
        for (let i = 0; i < 10; i++) await send(name, 400);
      })();
      await start(name);
      await further;
      await onceEach(name);
    }, 200_000);

    it('store nothing twice when one is frozen inside a range, replaced, and wakes up', async () => {
      const name = await open('zombie');
      const victim = await start(name);
      await send(name, 80);
      await onceEach(name);
      // Long enough to be frozen between the announcement of a range and the insert of its last table.
      clickhouse.insertDelayMs = 700;
      await send(name, 4_000);
      await eventually(async () => (await positions(name)).some(({ pending }) => pending), 20_000, 'a range');
      await sleep(400);
      victim.signal('SIGSTOP');
      clickhouse.insertDelayMs = 0;
      const other = await start(name);
      await onceEach(name);
      victim.signal('SIGCONT');
      await sleep(3_000);
      await send(name, 800);
      await onceEach(name);
      expect(other.log()).toContain('joined the consumer group');
      expect(await assignment(other)).toBeLessThan(PARTITIONS);
      expect(await assignment(victim)).toBeGreaterThan(0);
    }, 200_000);

    it('end with an error when the store hangs, and a new process goes on', async () => {
      const name = await open('stuck');
      const one = await start(name, { LEEWAY_STUCK_MS: '3000', LEEWAY_DRAIN_MS: '1000' });
      await send(name, 80);
      await onceEach(name);
      clickhouse.silent = /^INSERT INTO/;
      await send(name, 800);
      const code = await Promise.race([one.ended, sleep(30_000).then(() => 'still running')]);
      expect(code).toBe(1);
      expect(one.log()).toContain('Ingest from Kafka is stuck');
      clickhouse.silent = null;
      await start(name);
      await onceEach(name);
    }, 120_000);

    it('store a message once of which a part had to wait for the store', async () => {
      const name = await open('parts');
      const one = await start(name);
      await send(name, 8);
      await onceEach(name);
      // Its first two events are like those before; the third brings a feature that can't be appended for now.
      clickhouse.refused = /^INSERT INTO \S*features/;
      const event = (id: string, features: object) => ({
        model: 'm',
        version: '1',
        id,
        ts: Date.now(),
        features,
        latency_ms: 1,
      });
      const producer = await steadyProducer(scene.kafka);
      await producer.send({
        topic: name,
        messages: [
          {
            partition: 0,
            value: JSON.stringify([event('p0', { a: 1 }), event('p1', { a: 2 }), event('p2', { fresh: 1 })]),
          },
        ],
      });
      await producer.disconnect();
      await eventually(
        async () => {
          const { body } = await one.ask<{ ingest: { detail: string } }>('/status');
          return body.ingest.detail.includes(`${name}:0`);
        },
        20_000,
        'the status to name the partition that waits',
      );
      // A third collector that joins moves partitions while the message is half taken; then its owner is stopped.
      const two = await start(name);
      await sleep(4_000);
      expect(await one.stop()).toBe(0);
      await sleep(2_000);
      expect(await two.stop()).toBe(0);
      clickhouse.refused = null;
      await start(name);
      await eventually(async () => (await totals(name)).requests >= sent + 3, 60_000, 'the parts');
      await sleep(1_500);
      const all = sent + 3;
      expect(await totals(name)).toEqual({ events: all, distinct: all, requests: all, latencies: all });
    }, 120_000);

    it('finish what is under way at SIGTERM, and end at the deadline when they cannot', async () => {
      const name = await open('drain');
      const one = await start(name);
      await send(name, 4_000);
      expect(await one.stop()).toBe(0);
      // What was taken is stored and committed: no range is left to be read again.
      const left = await positions(name);
      expect(left.filter(({ pending }) => pending)).toEqual([]);
      const read = left.reduce((sum, { offset }) => sum + Math.max(0, offset), 0);
      expect((await totals(name)).events).toBe(read);

      const two = await start(name, { LEEWAY_DRAIN_MS: '3000' });
      await onceEach(name);
      clickhouse.silent = /^INSERT INTO/;
      await send(name, 800);
      await eventually(async () => (await positions(name)).some(({ pending }) => pending), 20_000, 'a range');
      const began = Date.now();
      two.signal('SIGTERM');
      expect(await Promise.race([two.ended, sleep(20_000).then(() => 'still running')])).toBe(1);
      expect(Date.now() - began).toBeLessThan(6_000);
      clickhouse.silent = null;
      await start(name);
      await onceEach(name);
    }, 120_000);
  },
);
