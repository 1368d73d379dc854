import { expect, it } from 'vitest';
import { eventually } from '../support/collector.js';
import { noBroker } from '../support/kafka.js';
import { openScene, Scenario } from './scene.js';

const missing = noBroker();
const KEYS = 40;
const ROUNDS = 5;

it.skipIf(missing !== null)(
  `a compacted topic: what is left is stored once, before, during and after the broker's cleaning${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const scene = await openScene({
      'log.cleaner.backoff.ms': '200',
      'log.cleaner.min.cleanable.ratio': '0.01',
      'log.cleaner.dedupe.buffer.size': '2097152',
    });
    const one = new Scenario(scene, 'compacted');
    try {
      await one.withAdmin((admin) =>
        admin.createTopics({
          waitForLeaders: true,
          topics: [
            {
              topic: one.name,
              numPartitions: 1,
              configEntries: [
                { name: 'cleanup.policy', value: 'compact' },
                { name: 'segment.ms', value: '100' },
                { name: 'min.cleanable.dirty.ratio', value: '0.01' },
                { name: 'min.compaction.lag.ms', value: '0' },
                { name: 'max.compaction.lag.ms', value: '200' },
              ],
            },
          ],
        }),
      );
      // The same keys again and again: only the newest message of each is meant to stay.
      const round = async (n: number) =>
        one.send(Array.from({ length: KEYS }, (_, i) => ({ key: `k${i}`, value: one.event(`r${n}-k${i}`) })));
      for (let n = 0; n < ROUNDS; n++) await round(n);
      const left = await eventually(
        async () => {
          // The cleaner looks at closed segments only; a message closes them.
          await one.send([{ key: 'k0', value: one.event(`close-${Date.now()}`) }]);
          const offsets = await remaining(one);
          return offsets.length < (KEYS * ROUNDS) / 2 ? offsets : null;
        },
        60_000,
        'compaction',
      );
      const end = left.at(-1)!.offset + 1;
      const gaps = end - left.length;
      expect(gaps).toBeGreaterThan(KEYS);

      await one.start();
      await one.settled(end);
      // The cleaner may have gone on before they were read: what is left now is there, and nothing that was gone before.
      const first = await one.ids();
      const [before, now] = [left, await remaining(one)].map((list) => list.map(({ id }) => id));
      expect(first).toEqual(expect.arrayContaining(now!));
      expect(before).toEqual(expect.arrayContaining(first));
      expect(new Set(first).size).toBe(first.length);

      // Killed inside a range over gaps: the range is read again although messages of it may be gone by then.
      for (let n = ROUNDS; n < ROUNDS + 3; n++) await round(n);
      await eventually(async () => (await one.position()).metadata.includes('"first"'), 20_000, 'a range');
      await one.kill();
      for (let n = ROUNDS + 3; n < ROUNDS + 6; n++) await round(n);
      await eventually(
        async () => {
          await one.send([{ key: 'k0', value: one.event(`close-${Date.now()}`) }]);
          return (await remaining(one)).length < KEYS * 3;
        },
        60_000,
        'compaction behind the position',
      );
      await one.start();
      const after = await eventually(
        async () => {
          const stored = await one.ids();
          return Array.from({ length: KEYS }, (_, i) => `r${ROUNDS + 5}-k${i}`).every(
            (id, i) => i === 0 || stored.includes(id),
          )
            ? stored
            : null;
        },
        60_000,
        'what is left after the second cleaning',
      );
      expect(new Set(after).size).toBe(after.length);
      await one.settled(((await remaining(one)).at(-1)?.offset ?? 0) + 1);
      const found = await one.ids();
      expect(new Set(found).size).toBe(found.length);
      // Gaps of compaction are no loss: what Kafka deleted by age or by hand would be counted.
      expect(
        await one.metric('leeway_ingest_rejected_events_total{source="kafka",code="deleted_before_read"}'),
      ).toBe(0);
      const { body } = await one.collector!.ask<{ wrong_minutes: number }>(`/models/${one.name}/verify`, {
        json: { from: 'now-1h', to: 'now' },
      });
      expect(body.wrong_minutes).toBe(0);
    } finally {
      await one.kill();
      await scene.close();
    }
  },
  300_000,
);

/** The messages that the topic still holds, with their offsets. */
async function remaining(one: Scenario): Promise<{ offset: number; id: string }[]> {
  const end = await one.withAdmin(async (admin) =>
    Number((await admin.fetchTopicOffsets(one.name))[0]!.high),
  );
  const found: { offset: number; id: string }[] = [];
  const consumer = one.scene.kafka.consumer({ groupId: `${one.name}.${crypto.randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic: one.name, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const { id } = JSON.parse(String(message.value)) as { id: string };
      found.push({ offset: Number(message.offset), id });
    },
  });
  await eventually(async () => (found.at(-1)?.offset ?? -1) >= end - 1, 20_000, 'the end of the topic');
  await consumer.disconnect();
  return found;
}
