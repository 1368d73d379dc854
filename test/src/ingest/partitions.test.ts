import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StatusReport } from '@leeway/contract';
import avro from 'avsc';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, runLeeway } from '../support/collector.js';
import { noBroker } from '../support/kafka.js';
import { confluent, startRegistry, type TestRegistry } from '../support/schema-registry.js';
import { idsUpTo, openScene, Scenario, type Scene } from './scene.js';

const run = promisify(execFile);
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const chdbRun = fileURLToPath(new URL('../support/chdb-run.ts', import.meta.url));
const missing = noBroker();

describe.skipIf(missing !== null)(
  `what happens to a partition${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
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

    async function open(name: string, env: Record<string, string> = {}, partitions = 1): Promise<Scenario> {
      scenario = new Scenario(scene, name, env);
      await scenario.create(partitions);
      return scenario;
    }

    it('finds the one record that the store refuses and takes everything around it', async () => {
      const one = await open('refused');
      await one.start();
      expect(await one.collector!.stop()).toBe(0);
      // What an operator may do to a table, and what no validation of ours can know.
      await run(process.execPath, [
        tsx,
        '--conditions=leeway-source',
        chdbRun,
        one.dataDir,
        "ALTER TABLE leeway.events ADD CONSTRAINT refused CHECK NOT startsWith(id, 'refuse-')",
      ]);
      const bad = one.event('refuse-1');
      await one.send([
        ...one.events(0, 100),
        { value: bad },
        ...one.events(100, 600),
        { value: one.event('refuse-2') },
        ...one.events(600, 700),
      ]);
      const began = Date.now();
      await one.start();
      expect(await one.stored(700)).toEqual(idsUpTo(700));
      await one.settled(702);
      // One insert for each of the 700 records would be a search that never ends in a batch of 50,000.
      expect(await one.metric('leeway_ingest_batch_rows_count')).toBeLessThan(120);
      const letters = await one.deadLetters();
      expect(
        letters.map(({ stage, code, id }) => ({ stage, code, id })).sort((a, b) => (a.id < b.id ? -1 : 1)),
      ).toEqual([
        { stage: 'store', code: 'refused_by_store', id: 'refused:0:100:0' },
        { stage: 'store', code: 'refused_by_store', id: 'refused:0:601:0' },
      ]);
      const shown = await runLeeway(['--url', one.collector!.url, 'dead-letters', 'show', 'refused:0:100:0']);
      expect(shown.out).toContain('refuse-1');
      expect(Date.now() - began).toBeLessThan(60_000);
    });

    it('takes a topic that was recreated while it runs as new events', async () => {
      const one = await open('recreated');
      await one.start({ LEEWAY_STUCK_MS: '30000' });
      await one.send(one.events(0, 50));
      await one.stored(50);
      await one.settled(50);
      await one.withAdmin((admin) => admin.deleteTopics({ topics: [one.name] }));
      await sleep(1_000);
      await one.create();
      await one.send(one.events(50, 80));
      expect(await one.stored(80, 90_000)).toEqual(idsUpTo(80));
    }, 200_000);

    it('takes a topic that was recreated while it was away as new events', async () => {
      const one = await open('recreated-away');
      await one.start();
      await one.send(one.events(0, 50));
      await one.stored(50);
      await one.settled(50);
      expect(await one.collector!.stop()).toBe(0);
      await one.withAdmin((admin) => admin.deleteTopics({ topics: [one.name] }));
      await sleep(1_000);
      await one.create();
      await one.send(one.events(50, 80));
      await one.start();
      expect(await one.stored(80)).toEqual(idsUpTo(80));
      await one.settled(30);
      // The same again: a third generation of the topic is neither the first nor the second.
      expect(await one.collector!.stop()).toBe(0);
      await one.withAdmin((admin) => admin.deleteTopics({ topics: [one.name] }));
      await sleep(1_000);
      await one.create();
      await one.send(one.events(80, 90));
      await one.start();
      expect(await one.stored(90)).toEqual(idsUpTo(90));
    }, 200_000);

    it('stores nothing twice when the broker forgot the position', async () => {
      const one = await open('forgotten');
      await one.start();
      await one.send(one.events(0, 50));
      await one.stored(50);
      await one.settled(50);
      expect(await one.collector!.stop()).toBe(0);
      await one.withAdmin((admin) => admin.deleteGroups([one.name]));
      await one.send(one.events(50, 60));
      await one.start();
      expect(await one.stored(60)).toEqual(idsUpTo(60));
      await one.settled(60);
      expect(await one.ids()).toEqual(idsUpTo(60));
    });

    it('says and counts what Kafka deleted before it was read', async () => {
      const one = await open('deleted');
      await one.start();
      await one.send(one.events(0, 20));
      await one.stored(20);
      await one.settled(20);
      expect(await one.collector!.stop()).toBe(0);
      await one.send(one.events(20, 50));
      await one.withAdmin(async (admin) => {
        // Loads the topic's metadata, without which kafkajs finds no leader.
        await admin.fetchTopicOffsets(one.name);
        await admin.deleteTopicRecords({ topic: one.name, partitions: [{ partition: 0, offset: '35' }] });
      });
      await one.start();
      await one.stored(35);
      expect(await one.ids()).toEqual(
        [...idsUpTo(20), ...Array.from({ length: 15 }, (_, i) => `e${35 + i}`)].sort(),
      );
      expect(
        await one.metric('leeway_ingest_rejected_events_total{source="kafka",code="deleted_before_read"}'),
      ).toBe(15);
      expect(one.collector!.log()).toContain('deleted before they were read');
    });

    it('begins at the end of a topic when it is told to, and then goes on where it was', async () => {
      const one = await open('newest', { KAFKA_FROM_BEGINNING: 'false' });
      await one.send(one.events(100, 120));
      await one.start();
      await eventually(async () => one.collector!.log().includes('joined the consumer group'));
      await sleep(1_500);
      await one.send(one.events(0, 10));
      expect(await one.stored(10)).toEqual(idsUpTo(10));
      await one.settled(30);
      expect(await one.collector!.stop()).toBe(0);
      await one.send(one.events(10, 20));
      await one.start();
      expect(await one.stored(20)).toEqual(idsUpTo(20));
    });

    it('passes transaction markers and aborted messages, and is not taken for stuck behind them', async () => {
      const one = await open('transactions', { LEEWAY_STUCK_MS: '4000' });
      await one.start();
      const producer = one.scene.kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        transactionalId: 'transactions',
      });
      await producer.connect();
      const inTransaction = async (from: number, to: number, commit: boolean) => {
        const transaction = await producer.transaction();
        const messages = one.events(from, to).map((message) => ({ partition: 0, value: message.value }));
        await transaction.send({ topic: one.name, messages });
        await (commit ? transaction.commit() : transaction.abort());
      };
      await inTransaction(0, 20, true);
      await inTransaction(500, 520, false);
      await inTransaction(20, 40, true);
      expect(await one.stored(40)).toEqual(idsUpTo(40));
      await inTransaction(600, 601, false);
      await producer.disconnect();
      let over = false;
      void one.collector!.ended.then(() => {
        over = true;
      });
      await sleep(9_000);
      expect(over, one.collector!.log().slice(-2_000)).toBe(false);
      // Read again from the start of a range that ends before a marker: the same events.
      await one.kill();
      await one.start();
      await one.send(one.events(40, 45));
      expect(await one.stored(45)).toEqual(idsUpTo(45));
    });

    it('knows the half of an inference again that came before a restart', async () => {
      const one = await open('halves');
      const headers = (id: string, side: string, time: number) => ({
        ce_specversion: '1.0',
        ce_id: id,
        ce_inferenceservicename: one.name,
        ce_time: new Date(time).toISOString(),
        ce_type: `org.kubeflow.serving.inference.${side}`,
      });
      const now = Date.now();
      const request = (id: string) => ({
        value: JSON.stringify({ instances: [{ income: 3_100 }] }),
        headers: headers(id, 'request', now),
      });
      const response = (id: string) => ({
        value: JSON.stringify({ predictions: [1] }),
        headers: headers(id, 'response', now + 40),
      });
      await one.start();
      await one.send([request('early'), request('paired'), response('paired'), request('killed')]);
      await one.stored(1);
      await one.settled(4);
      expect(await one.collector!.stop()).toBe(0);
      await one.start();
      await one.send([response('early')]);
      await one.stored(2);
      await one.kill();
      await one.start();
      await one.send([response('killed')]);
      expect(await one.stored(3)).toEqual(['early', 'killed', 'paired']);
      await one.settled(6);
      expect(await one.ids()).toEqual(['early', 'killed', 'paired']);
    });

    describe('with a schema registry', () => {
      const type = avro.Type.forSchema({
        type: 'record',
        name: 'Prediction',
        fields: [
          { name: 'model', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'id', type: 'string' },
          { name: 'ts', type: { type: 'long', logicalType: 'timestamp-millis' } },
          { name: 'features', type: { type: 'map', values: 'double' } },
        ],
      });
      let registry: TestRegistry;
      beforeAll(async () => {
        registry = await startRegistry(
          new Map([[7, { schema: JSON.stringify(type.schema({ exportAttrs: true })) }]]),
        );
      });
      afterAll(() => registry.close());

      const message = (one: Scenario, id: string) => ({
        value: confluent(
          7,
          type.toBuffer({ model: one.name, version: '1', id, ts: Date.now(), features: { a: 1 } }),
        ),
      });

      // A silent registry is given up after 5 s and asked again.
      it.each([
        ['failing', 3_000, 6_000],
        ['silent', 8_000, 13_000],
      ] as const)(
        'waits while the registry is %s, says so, and loses nothing to a restart meanwhile',
        async (mode, stuckMs, waitMs) => {
          registry.mode = mode;
          const one = await open(
            `registry-${mode}`,
            {
              SCHEMA_REGISTRY_URL: registry.url,
              LEEWAY_STUCK_MS: String(stuckMs),
            },
            2,
          );
          await one.start();
          await one.send([
            message(one, 'e0'),
            ...one.events(1, 10),
            ...Array.from({ length: 5 }, (_, i) => ({ value: one.event(`other-${i}`), partition: 1 })),
          ]);
          // The other partition goes on, this one waits, and that is no reason to end.
          await one.stored(5);
          const status = await eventually(
            async () => {
              const { body } = await one.collector!.ask<StatusReport>('/status');
              return body.ingest.detail === '' ? null : body.ingest;
            },
            30_000,
            'the status to say why a partition waits',
          );
          expect(status.detail).toMatch(`${one.name}:0: The schema registry`);
          // The other partition and HTTP are taken all the while.
          expect(status.state).toBe('taking');
          let over = false;
          void one.collector!.ended.then(() => {
            over = true;
          });
          await sleep(waitMs);
          expect(over, one.collector!.log().slice(-2_000)).toBe(false);
          await one.kill();
          await one.start();
          await sleep(3_000);
          registry.mode = 'up';
          const ids = await one.stored(15);
          expect(ids.filter((id) => id.startsWith('e'))).toEqual(idsUpTo(10));
          const { body } = await one.collector!.ask<StatusReport>('/status');
          expect(body.ingest.detail).toBe('');
        },
        120_000,
      );
    });
  },
);
