import { expect, it } from 'vitest';
import { noBroker } from '../support/kafka.js';
import { differences, drained, makeBaseline, produce, type Stored } from './seed.js';
import { isPoison } from './stream.js';
import { openBroker, openWorld } from './world.js';

const missing = noBroker();
const EVENTS = 1_500;

it.skipIf(missing !== null)(
  `the checker of the fault runs notices a lost event, a doubled one, one that nobody sent, a wrong count and a missing dead letter${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const shared = await openBroker();
    const world = await openWorld(shared, 'checker', 3);
    try {
      const baseline = await makeBaseline(world);
      const start = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
      await produce(world, EVENTS, start, 100_000);
      await drained(world, 120_000);
      await world.collector.stop();
      const found = async () =>
        differences(baseline, EVENTS, start, (await world.ask('counts', String(EVENTS))) as Stored);
      const clean = { lost: 0, duplicated: 0, dead_letters_missing: 0, histogram_mismatches: 0 };
      expect(await found()).toEqual(clean);

      // The first messages of partition 0 are the first of the stream.
      await world.ask('lose', `${world.topic}:0`, '0', '4');
      const lost = Array.from({ length: 5 }, (_, i) => i).filter((i) => !isPoison(i)).length;
      expect(await found()).toEqual({ ...clean, lost });
      await world.ask('spoil', 'double');
      expect(await found()).toEqual({ ...clean, lost, duplicated: 7 });
      await world.ask('spoil', 'foreign');
      expect(await found()).toEqual({ ...clean, lost, duplicated: 8 });
      await world.ask('spoil', 'count');
      const wrong = await found();
      expect(wrong).toMatchObject({ lost, duplicated: 8, dead_letters_missing: 0 });
      expect(wrong.histogram_mismatches).toBeGreaterThan(0);
      await world.ask('spoil', 'letter');
      expect(await found()).toMatchObject({ dead_letters_missing: 1 });
    } finally {
      await world.close();
      await shared.close();
    }
  },
  300_000,
);
