import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import {
  type BenchCollector,
  type Cpu,
  cpuOf,
  metrics,
  microsPerEvent,
  residentMib,
} from './ingest-collector.js';
import { fillTopic, type Shape } from './ingest-messages.js';

/** What one round of events cost, merges that followed it included. */
export interface Round {
  /** Events stored when the round was over. */
  stored: number;
  cpu_us_per_event: Cpu & { all: number };
  resident_mib: number;
}

export interface Growth {
  rounds: Round[];
  /** CPU an event of the last quarter of the rounds over that of the first round. */
  last_quarter_over_first: number;
  /** CPU an event of all rounds over that of the first. */
  all_over_first: number;
}

export interface GrowthOptions {
  kafka: Kafka;
  topic: string;
  partitions: number;
  events: number;
  /** Events produced, taken and deleted from the topic again before the next ones come: it bounds the disk. */
  round: number;
  shape: Shape;
  say(text: string): void;
}

const STALL_MS = 60_000;

async function untilStored(collector: BenchCollector, wanted: number): Promise<void> {
  let last = { at: performance.now(), stored: 0 };
  for (;;) {
    const stored = (await metrics(collector)).get('leeway_ingest_stored_events_total') ?? 0;
    if (stored >= wanted) return;
    const at = performance.now();
    if (stored > last.stored) last = { at, stored };
    if (at - last.at > STALL_MS) throw new Error(`stuck at ${stored} of ${wanted} events`);
    await sleep(200);
  }
}

/** Empties the topic: what is stored need not stay in Kafka. */
async function emptyTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
      partition,
      offset: high,
    }));
    await admin.deleteTopicRecords({ topic, partitions });
  } finally {
    await admin.disconnect();
  }
}

/**
 * Lets a store grow in rounds, as fast as the events are produced, and measures what an event costs in each. One
 * collector takes them all, so that memory that is not given back shows; the merges that a round causes count in it
 * or in the next.
 */
export async function measureGrowth(collector: BenchCollector, options: GrowthOptions): Promise<Growth> {
  const { kafka, topic, partitions, events, round, shape, say } = options;
  const producer = kafka.producer({ idempotent: true });
  await producer.connect();
  const rounds: Round[] = [];
  let cpu = cpuOf(collector.pid);
  try {
    for (let stored = 0; stored < events; stored += round) {
      await fillTopic(producer, topic, partitions, round, shape, stored);
      await untilStored(collector, stored + round);
      await emptyTopic(kafka, topic);
      const now = cpuOf(collector.pid);
      rounds.push({
        stored: stored + round,
        cpu_us_per_event: microsPerEvent(cpu, now, round),
        resident_mib: residentMib(collector.pid),
      });
      cpu = now;
      say(JSON.stringify(rounds.at(-1)));
    }
  } finally {
    await producer.disconnect();
  }
  return { rounds, ...growthOf(rounds) };
}

function growthOf(rounds: readonly Round[]): Omit<Growth, 'rounds'> {
  const costs = rounds.map((one) => one.cpu_us_per_event.all);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const ratio = (values: readonly number[]) => Math.round((mean(values) / costs[0]!) * 1_000) / 1_000;
  return {
    last_quarter_over_first: ratio(costs.slice(-Math.max(1, Math.floor(costs.length / 4)))),
    all_over_first: ratio(costs),
  };
}
