import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from './engine/lane.js';
import { createTable, type TableSpec, type Topology } from './schema/table.js';
import { momentText, raw, sql } from './sql.js';

/** Claims of leases: the row of the highest epoch is the holder's. */
export const LEASES: TableSpec = {
  name: 'leases',
  columns: ['name String', 'epoch UInt64', 'holder String', 'claim String', "until DateTime64(3, 'UTC')"],
  engine: 'MergeTree',
  orderBy: '(name, epoch)',
  ttl: { column: 'until', days: 'events' },
};

export interface LeaseOptions {
  name: string;
  /** Who claims it, for people: host and process. */
  holder: string;
  /** A holder that does not renew for so long has lost it, ms. */
  ttlMs: number;
}

interface Claim {
  epoch: number;
  holder: string;
  claim: string;
  /** Epoch ms, by the database's clock like `now`. */
  until: number;
  now: number;
}

/**
 * A right that one process of an installation has at a time. Each claim and each renewal is a row of the next epoch,
 * inserted under the epoch's deduplication token: of two that want the same epoch the database keeps one. Times are
 * the database's; whether it is still held is judged by the process's own monotonic clock, from before the claim.
 */
export async function openLease(lane: Lane, topology: Topology, options: LeaseOptions) {
  const { name, holder, ttlMs } = options;
  for (const statement of createTable(LEASES, topology, { events: 1, minutes: 1, hours: 1 }))
    await lane.run(raw(statement));
  const mine = randomUUID();
  let heldUntil = 0;
  let released = false;
  let emptyHanded = 0;

  async function latest(): Promise<Claim> {
    const [row] = await lane.rows<Claim>(
      sql`SELECT epoch, holder, claim, toUnixTimestamp64Milli(until) AS until,
            toUnixTimestamp64Milli(now64(3)) AS now
          FROM leases WHERE name = ${name} ORDER BY epoch DESC, claim LIMIT 1`,
    );
    if (row) return row;
    const [{ now } = { now: 0 }] = await lane.rows<{ now: number }>(
      sql`SELECT toUnixTimestamp64Milli(now64(3)) AS now`,
    );
    return { epoch: 0, holder: '', claim: '', until: 0, now };
  }

  /** Tries to own the epoch after `before`. */
  async function claim(before: Claim, forMs: number): Promise<boolean> {
    const began = performance.now();
    const epoch = before.epoch + 1;
    await lane.insert({
      table: 'leases',
      columns: ['name', 'epoch', 'holder', 'claim', 'until'],
      format: 'JSONEachRow',
      body: [
        Buffer.from(
          `${JSON.stringify({ name, epoch, holder, claim: mine, until: momentText(before.now + forMs) })}\n`,
        ),
      ],
      // An epoch that stayed empty gets another token: the log may know one whose row never appeared.
      settings: { insert_deduplication_token: `lease/${name}/${epoch}/${emptyHanded}` },
    });
    const now = await latest();
    emptyHanded = now.epoch < epoch ? emptyHanded + 1 : 0;
    if (now.epoch !== epoch || now.claim !== mine) return false;
    heldUntil = began + forMs;
    return true;
  }

  return {
    /** True while nobody else can have it. */
    held: (): boolean => !released && performance.now() < heldUntil,

    /** Takes it when it is free, or says who has it. */
    async take(): Promise<{ taken: true } | { taken: false; holder: string }> {
      const now = await latest();
      if (now.until > now.now && now.claim !== mine) return { taken: false, holder: now.holder };
      return (await claim(now, ttlMs)) ? { taken: true } : { taken: false, holder: (await latest()).holder };
    },

    /** Renews until it is released; resolves when it was lost, with what happened. */
    async keep(): Promise<string> {
      let trouble = '';
      while (!released) {
        await sleep(ttlMs / 4);
        if (released) break;
        try {
          const now = await latest();
          if (now.claim !== mine) return `${now.holder} has it`;
          if (!(await claim(now, ttlMs))) return `${(await latest()).holder} took it`;
        } catch (error) {
          trouble = error instanceof Error ? error.message : String(error);
        }
        if (!released && performance.now() >= heldUntil) return trouble || 'it was not renewed in time';
      }
      return 'released';
    },

    /** Gives it back, so that the next one need not wait. */
    async release(): Promise<void> {
      const had = !released && performance.now() < heldUntil;
      released = true;
      if (!had) return;
      const now = await latest();
      if (now.claim === mine) await claim(now, 0);
    },
  };
}

export type Lease = Awaited<ReturnType<typeof openLease>>;
