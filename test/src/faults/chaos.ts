import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusReport } from '@leeway/contract';
import { kafkaClient } from '../support/kafka.js';
import { fillDisk, type World } from './world.js';

export const FAULTS = ['kill', 'freeze', 'broker_restart', 'disk_full', 'lost_part', 'lost_tokens'] as const;
export type Fault = (typeof FAULTS)[number];

interface Pending {
  partition: number;
  first: number;
  last: number;
}

type Watch<T> = (ranges: () => Promise<Pending[]>) => Promise<T>;

/** Lends a look at the ranges that the group's commits say are about to be written. */
async function watching<T>(world: World, work: Watch<T>): Promise<T> {
  const admin = kafkaClient(world.broker.brokers).admin({ retry: { retries: 10 } });
  await admin.connect();
  try {
    return await work(async () => {
      const [topic] = await admin.fetchOffsets({ groupId: world.topic, topics: [world.topic] });
      return (topic?.partitions ?? []).flatMap(({ partition, metadata }) => {
        const note = metadata ? (JSON.parse(metadata) as { first?: number; last?: number }) : {};
        return note.first !== undefined && note.last !== undefined
          ? [{ partition, first: note.first, last: note.last }]
          : [];
      });
    });
  } finally {
    await admin.disconnect();
  }
}

/** The ranges that a killed collector left announced: its last commit may have reached the broker and not be done yet. */
async function leftAnnounced(ranges: () => Promise<Pending[]>): Promise<Pending[]> {
  let before = '';
  for (;;) {
    const found = await ranges();
    const now = JSON.stringify(found);
    if (now === before) return found;
    before = now;
    await sleep(500);
  }
}

async function kill(world: World): Promise<void> {
  world.collector.signal('SIGKILL');
  await world.collector.ended;
}

/** Kills the collector while a range is announced, if one turns up in time. */
function killInsideRange(world: World, random: () => number): Promise<Pending[]> {
  return watching(world, async (ranges) => {
    const deadline = Date.now() + 8_000;
    while (Date.now() < deadline && (await ranges()).length === 0) await sleep(5);
    await sleep(random() * 200);
    await kill(world);
    return leftAnnounced(ranges);
  });
}

/**
 * Kills the collector when a range is written whole and still announced. The next commit comes within a second, so
 * the position that the collector itself reports is compared with the announcements until the moment is there.
 */
function killBehindWrite(world: World): Promise<Pending[]> {
  return watching(world, async (ranges) => {
    const deadline = Date.now() + 15_000;
    while (Date.now() < deadline) {
      const announced = await ranges();
      if (announced.length === 0) {
        await sleep(10);
        continue;
      }
      const { body } = await world.collector.ask<StatusReport>('/status');
      const written = announced.some(({ partition, last }) =>
        body.ingest.kafka?.partitions.some(
          (one) => one.partition === partition && Number(one.position) > last,
        ),
      );
      if (written) break;
    }
    await kill(world);
    return leftAnnounced(ranges);
  });
}

/** What a power failure does to a log that is never synced: the parts are there, their tokens are forgotten. */
async function loseTokens(world: World, random: () => number): Promise<number> {
  const pending = await killInsideRange(world, random);
  const { paths } = (await world.ask('tables')) as { paths: string[] };
  for (const path of paths) rmSync(join(path, 'deduplication_logs'), { recursive: true, force: true });
  await world.restartCollector();
  return pending.length > 0 ? 1 : 0;
}

/** The window between logging a token and naming its part: the log knows the range, its rows are gone. */
async function loseParts(world: World): Promise<number> {
  let lost = 0;
  // Of three kills one at least falls between a write and the commit that passes it, while messages come.
  for (let attempt = 0; attempt < 3 && lost === 0; attempt++) {
    for (const { partition, first, last } of await killBehindWrite(world)) {
      const answer = await world.ask('lose', `${world.topic}:${partition}`, String(first), String(last));
      if ((answer as { rows: number }).rows > 0) lost++;
    }
    await world.restartCollector();
  }
  return lost;
}

/** Makes one fault happen and heals it. Returns how many times it really struck (0 = there was nothing to break). */
export async function strike(world: World, fault: Fault, random: () => number): Promise<number> {
  switch (fault) {
    case 'kill':
      await kill(world);
      await sleep(random() * 500);
      await world.restartCollector();
      return 1;
    case 'freeze':
      world.collector.signal('SIGSTOP');
      await sleep(500 + random() * 3_000);
      world.collector.signal('SIGCONT');
      return 1;
    case 'broker_restart':
      await world.restartBroker();
      return 1;
    case 'disk_full':
      if (!world.disk) return 0;
      await fillDisk(world.disk, 1_000 + random() * 2_000);
      return 1;
    case 'lost_part':
      return loseParts(world);
    case 'lost_tokens':
      return loseTokens(world, random);
  }
}
