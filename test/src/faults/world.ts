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

const DISK_MIB = 2_048;

/** One real broker that keeps its log when it is restarted. */
export interface SharedBroker {
  readonly broker: Broker;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openBroker(): Promise<SharedBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'leeway-faults-kafka-'));
  const launch = async (port: number) => startBroker({ port, dataDir: join(folder, 'kafka') });
  let broker = await launch(await freePort());
  return {
    get broker() {
      return broker;
    },
    async restart() {
      await broker.stop();
      broker = await launch(broker.port);
    },
    async close() {
      await broker.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A topic, a collector and a disk of their own that faults can happen to, on a broker that worlds may share. */
export interface World {
  readonly broker: Broker;
  /** Name of the topic and of the consumer group. */
  readonly topic: string;
  readonly collector: Collector;
  readonly dataDir: string;
  /** Null when this machine lets nobody mount a small disk: the fault `disk_full` is left out then. */
  readonly disk: string | null;
  restartCollector(): Promise<void>;
  restartBroker(): Promise<void>;
  ask(question: string, ...args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A small file system in memory, so that it can be filled up without harm; null without the right to mount. */
export async function smallDisk(directory: string, mib = DISK_MIB): Promise<string | null> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', directory]);
    return directory;
  } catch {
    return null;
  }
}

export async function openWorld(
  shared: SharedBroker,
  topic: string,
  partitions: number,
  diskMib = DISK_MIB,
): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'leeway-faults-'));
  const diskDir = mkdtempSync(join(tmpdir(), 'leeway-faults-disk-'));
  const disk = await smallDisk(diskDir, diskMib);
  const dataDir = join(disk ?? root, 'data');
  await createTopic(kafkaClient(shared.broker.brokers), topic, partitions);
  const launch = () =>
    startCollector({
      dataDir,
      env: {
        KAFKA_BROKERS: shared.broker.brokers.join(','),
        KAFKA_TOPICS: topic,
        KAFKA_GROUP_ID: topic,
        // Consumers that were killed are gone for the group after six seconds, not thirty.
        KAFKA_SESSION_TIMEOUT_MS: '6000',
        LEEWAY_EVALUATE_EVERY_MS: '5000',
        LEEWAY_LOG_LEVEL: 'info',
      },
    });
  let collector = await launch();
  return {
    get broker() {
      return shared.broker;
    },
    topic,
    get collector() {
      return collector;
    },
    dataDir,
    disk,
    async restartCollector() {
      collector = await launch();
    },
    restartBroker: () => shared.restart(),
    async ask(question, ...args) {
      const command = [tsx, '--conditions=leeway-source', look, dataDir, question, ...args];
      const { stdout } = await run(process.execPath, command, { maxBuffer: 256 << 20, timeout: 120_000 });
      return JSON.parse(stdout) as unknown;
    },
    async close() {
      collector.signal('SIGCONT');
      collector.signal('SIGKILL');
      await collector.ended;
      const admin = kafkaClient(shared.broker.brokers).admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [topic] });
      await admin.disconnect();
      if (disk) await run('umount', [disk]);
      for (const directory of [root, diskDir]) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Fills the disk to the last block for a while, or until what is waited for has come. */
export async function fillDisk(disk: string, until: number | (() => Promise<unknown>)): Promise<void> {
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
  try {
    await (typeof until === 'number' ? sleep(until) : until());
  } finally {
    await run('sh', ['-c', `rm -f '${filler}'-*`]);
  }
}
