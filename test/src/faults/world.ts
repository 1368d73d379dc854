import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Collector, startCollector } from '../support/collector.js';
import { type Broker, createTopic, freePort, kafkaClient, startBroker } from '../support/kafka.js';

const run = promisify(execFile);
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const look = fileURLToPath(new URL('./look.ts', import.meta.url));

export const TOPIC = 'fault.events';
export const GROUP = 'fault-collector';
const DISK_MIB = 2_048;

/** A broker, a collector and a disk of their own that faults can happen to. */
export interface World {
  broker: Broker;
  collector: Collector;
  readonly dataDir: string;
  /** Null when this machine lets nobody mount a small disk: the fault `disk_full` is left out then. */
  readonly disk: string | null;
  restartCollector(): Promise<void>;
  restartBroker(): Promise<void>;
  ask(question: string, ...args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A small file system in memory, so that it can be filled up without harm; null without the right to mount. */
async function smallDisk(directory: string): Promise<string | null> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', directory]);
    return directory;
  } catch {
    return null;
  }
}

export async function openWorld(partitions: number): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'leeway-faults-'));
  const diskDir = mkdtempSync(join(tmpdir(), 'leeway-faults-disk-'));
  const disk = await smallDisk(diskDir);
  const port = await freePort();
  const kafkaDir = join(root, 'kafka');
  const dataDir = join(disk ?? root, 'data');
  let broker = await startBroker({ port, dataDir: kafkaDir });
  await createTopic(kafkaClient(broker.brokers), TOPIC, partitions);
  const launch = () =>
    startCollector({
      dataDir,
      env: {
        KAFKA_BROKERS: broker.brokers.join(','),
        KAFKA_TOPICS: TOPIC,
        KAFKA_GROUP_ID: GROUP,
        LEEWAY_EVALUATE_EVERY_MS: '5000',
        LEEWAY_LOG_LEVEL: 'info',
      },
    });
  let collector = await launch();
  return {
    get broker() {
      return broker;
    },
    get collector() {
      return collector;
    },
    dataDir,
    disk,
    async restartCollector() {
      collector = await launch();
    },
    async restartBroker() {
      await broker.stop();
      broker = await startBroker({ port, dataDir: kafkaDir });
    },
    async ask(question, ...args) {
      const command = [tsx, '--conditions=leeway-source', look, dataDir, question, ...args];
      const { stdout } = await run(process.execPath, command, { maxBuffer: 256 << 20, timeout: 120_000 });
      return JSON.parse(stdout) as unknown;
    },
    async close() {
      collector.signal('SIGCONT');
      collector.signal('SIGKILL');
      await collector.ended;
      await broker.kill();
      if (disk) await run('umount', [disk]);
      for (const directory of [root, diskDir]) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Fills the disk to the last block for a while. */
export async function fillDisk(disk: string, forMs: number): Promise<void> {
  const filler = join(disk, 'filler');
  const { bavail, bsize } = statfsSync(disk);
  const chunk = Buffer.alloc(Math.min(64 << 20, bavail * bsize), 1);
  let left = bavail * bsize;
  try {
    for (let i = 0; left > 0; i++) {
      writeFileSync(`${filler}-${i}`, left < chunk.length ? chunk.subarray(0, left) : chunk);
      left -= chunk.length;
    }
  } catch {
    // Full a little earlier than expected, which is what was wanted.
  }
  await sleep(forMs);
  await run('sh', ['-c', `rm -f '${filler}'-*`]);
}
