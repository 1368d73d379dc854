import { describe, expect, it } from 'vitest';
import { drained, makeBaseline, produce, type Stored } from '../faults/seed.js';
import { openBroker, openWorld, type World } from '../faults/world.js';
import { kafkaClient, noBroker } from '../support/kafka.js';

const missing = noBroker();
const EVENTS = 1_500;
/** Messages of these in partition 0. */
const IN_PARTITION = 500;

/** Sets the group back to the moment before a range was passed: its commit says that it is about to be written. */
async function commitRange(world: World, range: { first: number; last: number; epoch: number; now: number }) {
  const consumer = kafkaClient(world.broker.brokers).consumer({ groupId: world.topic });
  await consumer.connect();
  await consumer.subscribe({ topic: world.topic, fromBeginning: true });
  const joined = new Promise<void>(
    (resolve) => void consumer.on(consumer.events.GROUP_JOIN, () => resolve()),
  );
  await consumer.run({ autoCommit: false, eachMessage: async () => {} });
  await joined;
  await consumer.commitOffsets([
    {
      topic: world.topic,
      partition: 0,
      offset: String(range.first),
      metadata: JSON.stringify({ v: 1, era: 0, ...range }),
    },
  ]);
  await consumer.disconnect();
}

describe.skipIf(missing !== null)(
  `a range whose token is known${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it('comes back whole when its rows were lost, and is not doubled when they were not', async () => {
      const shared = await openBroker();
      const world = await openWorld(shared, 'lost-token', 3);
      try {
        await makeBaseline(world);
        await produce(world, EVENTS, Date.now() - 600_000, 100_000);
        await drained(world, 120_000);
        const end = async () => {
          world.collector.signal('SIGKILL');
          await world.collector.ended;
        };
        await end();
        const truth = (await world.ask('counts', String(EVENTS))) as Stored;
        expect(truth.stored).toBeGreaterThan(1_400);

        // The range is announced again, and everything of it is there: nothing may be added.
        const range = { first: 0, last: IN_PARTITION - 1, epoch: 999, now: Date.now() };
        await commitRange(world, range);
        await world.restartCollector();
        await drained(world, 120_000);
        await end();
        expect(await world.ask('counts', String(EVENTS))).toEqual(truth);

        // Half of its rows are gone while the log knows their token: they must come back, with their counts.
        expect(await world.ask('lose', `${world.topic}:0`, '100', '400')).not.toEqual({ rows: 0 });
        await commitRange(world, range);
        await world.restartCollector();
        await drained(world, 120_000);
        const { body: metrics } = await world.collector.ask<string>('//metrics');
        const restored = /^leeway_ingest_restored_events_total (\d+)$/m.exec(metrics)?.[1];
        const audited = /^leeway_ingest_audited_ranges_total (\d+)$/m.exec(metrics)?.[1];
        expect(Number(audited)).toBe(1);
        expect(Number(restored)).toBeGreaterThan(290);
        expect(metrics).toMatch(/^leeway_audit_minutes_total \d+$/m);
        await world.collector.stop();
        expect(await world.ask('counts', String(EVENTS))).toEqual(truth);
      } finally {
        await world.close();
        await shared.close();
      }
    }, 500_000);
  },
);
