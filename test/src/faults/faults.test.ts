import { describe, expect, it } from 'vitest';
import { noBroker } from '../support/kafka.js';
import { runSeed } from './seed.js';
import { openBroker } from './world.js';

const missing = noBroker();

describe.skipIf(missing !== null)(
  `exactly once under faults${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it('stores and counts every event once through kills, freezes, a full disk and a broker restart', async () => {
      const shared = await openBroker();
      const result = await runSeed(shared, 1, 20_000, () => {}).finally(() => shared.close());
      expect(result).toMatchObject({
        lost: 0,
        duplicated: 0,
        dead_letters_missing: 0,
        histogram_mismatches: 0,
      });
      expect(result.faults.kill).toBeGreaterThan(0);
      expect(result.faults.freeze).toBeGreaterThan(0);
      expect(result.faults.broker_restart).toBeGreaterThan(0);
      expect(result.faults.lost_part).toBeGreaterThan(0);
    }, 400_000);
  },
);
