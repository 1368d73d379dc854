import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Lease, openLease } from './lease.js';
import { sql } from './sql.js';
import { withStore } from './testing.js';

const held = withStore();

function lease(name: string, holder: string, ttlMs = 60_000): Promise<Lease> {
  return openLease(held.store.lanes.journal, held.store.topology, { name, holder, ttlMs });
}

describe('a lease', () => {
  it('has one holder at a time, and the next one knows whom to ask', async () => {
    const [one, two] = [await lease('once', 'one'), await lease('once', 'two')];
    expect(await one.take()).toEqual({ taken: true });
    expect(await two.take()).toEqual({ taken: false, holder: 'one' });
    expect([one.held(), two.held()]).toEqual([true, false]);
    await one.release();
    expect(one.held()).toBe(false);
    expect(await two.take()).toEqual({ taken: true });
  });

  it('goes to one of many that want it at the same moment', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, (_, i) => lease('race', `claimant ${i}`)));
    const outcomes = await Promise.all(many.map((one) => one.take()));
    expect(outcomes.filter(({ taken }) => taken)).toHaveLength(1);
    expect(many.filter((one) => one.held())).toHaveLength(1);
  });

  it('is lost by a holder that does not renew, and it knows without asking', async () => {
    const [one, two] = [await lease('late', 'one', 1_000), await lease('late', 'two', 1_000)];
    await one.take();
    await sleep(1_200);
    expect(one.held()).toBe(false);
    expect(await two.take()).toEqual({ taken: true });
    expect(await one.keep()).toContain('two has it');
  });

  it('is kept by one that renews, each time under a new epoch', async () => {
    const [one, two] = [await lease('kept', 'one', 3_000), await lease('kept', 'two', 3_000)];
    await one.take();
    const ended = one.keep();
    for (let i = 0; i < 10; i++) {
      await sleep(400);
      expect(await two.take()).toEqual({ taken: false, holder: 'one' });
    }
    const [row] = await held.store.lanes.read.rows<{ epochs: number; most: number }>(
      sql`SELECT toUInt32(uniqExact(epoch)) AS epochs, toUInt32(max(rows)) AS most
          FROM (SELECT epoch, count() AS rows FROM leases WHERE name = 'kept' GROUP BY epoch)`,
    );
    expect(row!.epochs).toBeGreaterThan(3);
    expect(row!.most).toBe(1);
    await one.release();
    expect(await ended).toBe('released');
  });
});
