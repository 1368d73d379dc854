import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import { startKafka } from '../../tools/kafka/broker.mjs';
import { type BenchCollector, makeBaseline, startCollector } from './ingest-collector.js';

const TOPIC = 'leeway.events';
/** Window of the rules, and window and step of the models: the shortest there are. */
const WINDOW_MS = 60_000;
/** Operational rules are looked at every twelfth of their window, drift when a window is over. */
const LOOK_MS = WINDOW_MS / 12;
const HEARD_MS = 30_000;
const TRAINING_ROWS = 3_000;
const GOOD = 300;
const BAD = 300;

/** One kind of fault: how long from the first bad event to the message. */
export interface FaultLatency {
  faults: number;
  heard: number;
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
  interval_ms: number;
}

export interface AlertLatency extends FaultLatency {
  /** The same for a feature that moves, which is judged when its window is over. */
  drift: FaultLatency;
}

/**
 * From the produce of the first bad event into a real Kafka broker to the arrival of the webhook, over `faults` faults
 * of requests that fail (an error-rate rule), and as many of a feature that comes in another unit (the shipped drift
 * rules). Each is on a model of its own at a random moment; routes have no group_wait.
 */
export async function measureLatency(faults: number): Promise<AlertLatency> {
  const dir = await mkdtemp(join(tmpdir(), 'leeway-bench-alert-'));
  const arrivals = new Map<string, number>();
  const sink = await hearer(arrivals);
  const broker = await startKafka({ partitions: 4 });
  let collector: BenchCollector | null = null;
  const kafka = new Kafka({ clientId: 'bench', brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  try {
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 4 }], waitForLeaders: true });
    await admin.disconnect();
    await producer.connect();
    collector = await startCollector(join(dir, 'data'), {
      KAFKA_BROKERS: broker.brokers.join(','),
      LEEWAY_EVALUATE_EVERY_MS: '500',
      LEEWAY_STORE_MEMORY_MIB: '512',
      ...(await writeConfig(dir, sink.port)),
    });
    const failing = Array.from({ length: faults }, (_, i) => `failing-${i}`);
    const drifting = Array.from({ length: faults }, (_, i) => `drifting-${i}`);
    for (const model of drifting) await watch(collector, model);

    // A whole healthy window first, so that every fault begins in the middle of ordinary traffic.
    for (const model of [...failing, ...drifting]) await produce(producer, model, GOOD, 'good');
    await sleep(2 * LOOK_MS);
    const sentAt = new Map<string, number>();
    const begin = async (model: string, fault: Fault) => {
      sentAt.set(model, performance.now());
      await produce(producer, model, BAD, fault);
    };
    const spread = WINDOW_MS / faults;
    for (let i = 0; i < faults; i++) {
      const until = performance.now() + spread;
      await begin(failing[i]!, 'fails');
      await begin(drifting[i]!, 'moved');
      await sleep(Math.max(0, until - performance.now() - Math.random() * spread * 0.2));
    }
    const end = performance.now() + WINDOW_MS + HEARD_MS;
    while (arrivals.size < 2 * faults && performance.now() < end) await sleep(50);
    return {
      ...summary(failing, sentAt, arrivals, LOOK_MS),
      drift: summary(drifting, sentAt, arrivals, WINDOW_MS),
    };
  } finally {
    await producer.disconnect();
    await collector?.stop();
    await broker.stop();
    sink.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function summary(
  models: readonly string[],
  sentAt: ReadonlyMap<string, number>,
  arrivals: ReadonlyMap<string, number>,
  interval: number,
): FaultLatency {
  const delays = models.flatMap((model) => {
    const arrived = arrivals.get(model);
    return arrived === undefined ? [] : [arrived - sentAt.get(model)!];
  });
  delays.sort((a, b) => a - b);
  const at = (q: number) =>
    Math.round(delays[Math.min(delays.length - 1, Math.ceil(q * delays.length) - 1)] ?? Number.NaN);
  return {
    faults: models.length,
    heard: delays.length,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    max_ms: at(1),
    interval_ms: interval,
  };
}

/** A webhook receiver that notes when it first heard of each model. */
async function hearer(arrivals: Map<string, number>) {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => {
      text += part.toString();
    });
    request.on('end', () => {
      const { model, why } = JSON.parse(text) as { model: string; why: string };
      if (why === 'first' && !arrivals.has(model)) arrivals.set(model, performance.now());
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function writeConfig(dir: string, port: number): Promise<Record<string, string>> {
  const alerts = join(dir, 'alerts.yaml');
  const rules = join(dir, 'rules.yaml');
  await writeFile(
    alerts,
    `receivers: [{ name: sink, kind: webhook, url: "http://127.0.0.1:${port}/" }]
route: { receiver: sink, group_by: [model], group_wait: 0s }
allow_addresses: [127.0.0.1]
`,
  );
  await writeFile(
    rules,
    `rules:
  - { name: error-rate, signal: error_rate, condition: "> 1%", window: ${WINDOW_MS / 1_000}s, min_rows: 30, severity: critical }
  - { name: anomalies, signal: anomaly_rate, condition: "> 5%", enabled: false }
`,
  );
  return { LEEWAY_ALERT_FILE: alerts, LEEWAY_RULES_DIR: rules };
}

/** Gives a model a baseline of even values 0..100 and windows of a minute. */
async function watch(collector: BenchCollector, model: string): Promise<void> {
  const rows = Array.from({ length: TRAINING_ROWS }, (_, i) => `${(i * 37) % 100},${(i * 37) % 100},0.5`);
  await makeBaseline(collector, model, `x,prediction,score\n${rows.join('\n')}\n`);
  const answer = await fetch(`${collector.url}/api/v1/models/${model}/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ window_ms: WINDOW_MS, step_ms: WINDOW_MS, seasonal: false }),
  });
  if (!answer.ok) throw new Error(`no settings: ${await answer.text()}`);
}

type Fault = 'fails' | 'moved';

async function produce(
  producer: Producer,
  model: string,
  count: number,
  what: Fault | 'good',
): Promise<void> {
  const messages = Array.from({ length: count }, (_, i) => {
    const x = ((i * 37) % 100) * (what === 'moved' ? 1.6 : 1);
    return {
      key: model,
      value: JSON.stringify({
        model,
        version: '1',
        id: `${what}-${i}`,
        ts: Date.now(),
        features: { x },
        prediction: (i * 37) % 100,
        score: 0.5,
        latency_ms: 20,
        ...(what === 'fails' && { error: 'timeout' }),
      }),
    };
  });
  await producer.send({ topic: TOPIC, messages, compression: CompressionTypes.None });
}
