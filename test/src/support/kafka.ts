import { execFileSync } from 'node:child_process';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { type Broker, type BrokerOptions, startKafka } from '../../../tools/kafka/broker.mjs';
import { eventually } from './collector.js';

export { type Broker, freePort } from '../../../tools/kafka/broker.mjs';

/** Why no broker can run here, or null. In CI a missing tool is a failure, not a reason to skip. */
export function noBroker(): string | null {
  for (const [tool, args] of [
    ['java', ['-version']],
    ['mvn', ['-version']],
  ] as const) {
    try {
      execFileSync(tool, args, { stdio: 'ignore', timeout: 30_000 });
    } catch {
      if (process.env.CI === 'true') throw new Error(`${tool} is missing, and CI runs every test`);
      return `${tool} is not installed`;
    }
  }
  return null;
}

/** A real broker on a free port. */
export function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  return startKafka(options);
}

export function kafkaClient(brokers: readonly string[]): Kafka {
  return new Kafka({
    clientId: 'leeway-test',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    // Brokers are restarted under the tests' own clients as well.
    retry: { retries: 200, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
}

/** A producer that outlives restarts of the broker and writes each message once. */
export async function steadyProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { retries: 200, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  await producer.connect();
  return producer;
}

export async function createTopic(kafka: Kafka, topic: string, partitions: number): Promise<void> {
  const admin = kafka.admin({ retry: { retries: 20, maxRetryTime: 1_000 } });
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
  // kafkajs gives up on a busy broker that doesn't know the new topic yet.
  await eventually(
    async () => {
      const answer = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null);
      const found = answer?.topics[0]?.partitions ?? [];
      return found.length === partitions && found.every(({ leader }) => leader >= 0);
    },
    30_000,
    `the topic ${topic}`,
  );
  await admin.disconnect();
}

/** Messages that a topic holds now. */
export async function topicLength(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin({ retry: { retries: 20, maxRetryTime: 1_000 } });
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return offsets.reduce((sum, partition) => sum + Number(partition.high) - Number(partition.low), 0);
}
