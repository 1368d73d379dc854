// npm run bench:ingest -- [--json] [--events 2000000] [--features 20] [--categorical 0] [--partitions 4]
// Events a second from a real broker to stored and counted, beside kafkajs doing nothing but JSON.parse, both reading
// the same topic on the same machine in the same run.
//
// npm run bench:ingest -- --growth [--json] [--events 20000000] [--round 1000000]
// What an event costs while the store grows, round by round; the topic is emptied after each.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { StatusReport } from '@leeway/contract';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../../tools/kafka/broker.mjs';
import {
  type BenchCollector,
  type Cpu,
  cpuOf,
  makeBaseline,
  metrics,
  microsPerEvent,
  peakMib,
  startCollector,
} from './ingest-collector.js';
import { measureGrowth } from './ingest-growth.js';
import { fillTopic, MODEL, trainingCsv } from './ingest-messages.js';
import { plainArrayBytes } from './ingest-size.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    events: { type: 'string' },
    round: { type: 'string', default: '1000000' },
    features: { type: 'string', default: '20' },
    categorical: { type: 'string', default: '0' },
    partitions: { type: 'string', default: '4' },
  },
});
const events = Number(values.events ?? (values.growth ? 20_000_000 : 2_000_000));
const partitions = Number(values.partitions);
const shape = { numeric: Number(values.features), categorical: Number(values.categorical) };
const TOPIC = 'bench.events';
const STALL_MS = 60_000;
const run = promisify(execFile);
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const consumeFile = fileURLToPath(new URL('./ingest-consume.ts', import.meta.url));
const say = (text: string) => process.stderr.write(`${text}\n`);

async function consumeAndParse(brokers: string): Promise<number> {
  const args = [tsx, '--conditions=leeway-source', consumeFile, brokers, TOPIC, String(events)];
  const { stdout } = await run(process.execPath, args, { timeout: 600_000 });
  return (JSON.parse(stdout) as { per_second: number }).per_second;
}

interface Measured {
  perSecond: number;
  cpu: Cpu;
  figures: Map<string, number>;
}

/**
 * Watches the collector until everything is stored. Rates are taken from the first stored batch on. Asking costs the
 * collector time, so it is asked often only near the end.
 */
async function watch(collector: BenchCollector): Promise<Measured> {
  let first: { at: number; stored: number } | null = null;
  let last = { at: performance.now(), stored: 0 };
  for (;;) {
    const figures = await metrics(collector);
    const now = performance.now();
    const stored = figures.get('leeway_ingest_stored_events_total') ?? 0;
    if (stored > 0 && first === null) first = { at: now, stored };
    if (stored > last.stored) last = { at: now, stored };
    if (stored >= events) {
      const seconds = (now - first!.at) / 1_000;
      return { perSecond: (stored - first!.stored) / seconds, cpu: cpuOf(collector.pid), figures };
    }
    if (now - last.at > STALL_MS) throw new Error(`stuck at ${stored} of ${events} events`);
    await sleep(first === null || stored > events * 0.95 ? 50 : 500);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'leeway-bench-'));
const dataDir = join(folder, 'data');

/** A collector that reads the topic. */
function startIntake(brokers: readonly string[]): Promise<BenchCollector> {
  return startCollector(dataDir, {
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPICS: TOPIC,
    KAFKA_GROUP_ID: 'bench',
  });
}

async function prepareBaseline(): Promise<void> {
  const collector = await startCollector(dataDir, {});
  await makeBaseline(collector, MODEL, trainingCsv(shape));
  await collector.stop();
}

/** What the run took place in. */
function setting(): object {
  return {
    events,
    numeric_features: shape.numeric,
    categorical_features: shape.categorical,
    partitions,
    cores: cpus().length,
  };
}

async function growth(kafka: Kafka, brokers: readonly string[]): Promise<object> {
  await prepareBaseline();
  const collector = await startIntake(brokers);
  try {
    const round = Number(values.round);
    const measured = await measureGrowth(collector, {
      kafka,
      topic: TOPIC,
      partitions,
      events,
      round,
      shape,
      say,
    });
    return { ...setting(), ...measured, peak_rss_mib: peakMib(collector.pid) };
  } finally {
    await collector.stop();
  }
}

async function throughput(kafka: Kafka, brokers: readonly string[]): Promise<object> {
  const producer = kafka.producer({ idempotent: true });
  await producer.connect();
  say(`producing ${events} events …`);
  const messageBytes = await fillTopic(producer, TOPIC, partitions, events, shape);
  await producer.disconnect();
  await prepareBaseline();

  say('kafkajs with JSON.parse …');
  const parseBefore = await consumeAndParse(brokers.join(','));
  say('the collector …');
  const collector = await startIntake(brokers);
  const started = cpuOf(collector.pid);
  const measured = await watch(collector);
  const peak = peakMib(collector.pid);
  await sleep(3_000);
  const status = (await (await fetch(`${collector.url}/api/v1/status`)).json()) as StatusReport;
  await collector.stop();
  const parseAfter = await consumeAndParse(brokers.join(','));

  const parse = (parseBefore + parseAfter) / 2;
  const table = status.store.tables.find((entry) => entry.table === 'events');
  const cpu = microsPerEvent(started, measured.cpu, events);
  const wall = (name: string) => Math.round(((measured.figures.get(name) ?? 0) / events) * 1e8) / 100;
  const decode = wall('leeway_ingest_batch_decode_seconds_sum');
  const pauses = wall('nodejs_gc_duration_seconds_sum');
  return {
    ...setting(),
    message_bytes: Math.round(messageBytes),
    events_per_second: Math.round(measured.perSecond),
    consume_parse_per_second: Math.round(parse),
    ratio: Math.round((measured.perSecond / parse) * 1_000) / 1_000,
    peak_rss_mib: peak,
    bytes_per_event: table ? Math.round((table.bytes / table.rows) * 10) / 10 : null,
    plain_array_bytes_per_event: await plainArrayBytes(dataDir),
    loop_lag_p99_ms: Math.round(status.loop_lag_p99_ms * 10) / 10,
    where_the_time_goes_us_per_event: {
      cpu,
      // Wall time: it includes what other threads took of the cores meanwhile.
      main_thread_wall: { decode_validate_bin_write_row: decode, garbage_collection: pauses },
      insert_wall: wall('leeway_ingest_batch_insert_seconds_sum'),
    },
    batches: measured.figures.get('leeway_ingest_batch_rows_count') ?? 0,
  };
}

const broker = await startKafka({ partitions });
try {
  const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: partitions }], waitForLeaders: true });
  await admin.disconnect();
  const result = await (values.growth ? growth : throughput)(kafka, broker.brokers);
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`);
} finally {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
