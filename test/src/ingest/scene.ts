import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeadLetter, EventPage } from '@leeway/contract';
import type { IHeaders, Kafka } from 'kafkajs';
import { type Collector, eventually, startCollector } from '../support/collector.js';
import { type Broker, createTopic, kafkaClient, startBroker, steadyProducer } from '../support/kafka.js';

/** One broker for the scenarios of a test file; each scenario has a topic, a consumer group and a model of its own. */
export interface Scene {
  broker: Broker;
  kafka: Kafka;
  folder: string;
  close(): Promise<void>;
}

export async function openScene(extra: Record<string, string> = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'leeway-scene-'));
  const broker = await startBroker({
    dataDir: join(folder, 'kafka'),
    // Consumers that are gone are noticed within a test's patience.
    extra: { 'group.min.session.timeout.ms': '1000', ...extra },
  });
  return {
    broker,
    kafka: kafkaClient(broker.brokers),
    folder,
    async close() {
      await broker.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface SceneMessage {
  value: string | Buffer | null;
  key?: string;
  headers?: IHeaders;
  partition?: number;
}

/** One scenario's topic, with collectors of its own. */
export class Scenario {
  readonly dataDir: string;
  collector: Collector | null = null;

  constructor(
    readonly scene: Scene,
    /** Name of topic, group and model alike. */
    readonly name: string,
    private readonly env: Record<string, string> = {},
  ) {
    this.dataDir = join(scene.folder, name);
  }

  create(partitions = 1): Promise<void> {
    return createTopic(this.scene.kafka, this.name, partitions);
  }

  /** Starts the scenario's collector on its data directory. */
  async start(env: Record<string, string | undefined> = {}): Promise<Collector> {
    this.collector = await startCollector({
      dataDir: this.dataDir,
      env: {
        KAFKA_BROKERS: this.scene.broker.brokers.join(','),
        KAFKA_TOPICS: this.name,
        KAFKA_GROUP_ID: this.name,
        KAFKA_SESSION_TIMEOUT_MS: '6000',
        ...this.env,
        ...env,
      },
    });
    return this.collector;
  }

  /** Ends the collector the hard way. */
  async kill(): Promise<void> {
    this.collector?.signal('SIGKILL');
    await this.collector?.ended;
    this.collector = null;
  }

  async send(messages: readonly SceneMessage[]): Promise<void> {
    const producer = await steadyProducer(this.scene.kafka);
    await producer.send({
      topic: this.name,
      messages: messages.map((message) => ({ partition: 0, ...message })),
    });
    await producer.disconnect();
  }

  event(id: string, more: object = {}): string {
    return JSON.stringify({ ...this.plainEvent(id), ...more });
  }

  plainEvent(id: string): object {
    return {
      model: this.name,
      version: '1',
      id,
      ts: Date.now(),
      features: { a: 1.5, b: 'x' },
      prediction: 1,
    };
  }

  events(from: number, to: number): SceneMessage[] {
    return Array.from({ length: to - from }, (_, i) => ({ value: this.event(`e${from + i}`) }));
  }

  /** Ids of the stored events (each as often as it is stored), sorted; at most 1,000. */
  async ids(model = this.name): Promise<string[]> {
    const { status, body } = await this.collector!.ask<EventPage>(
      `/models/${model}/events?from=now-1h&limit=1000`,
    );
    return status === 200 ? body.events.map((event) => event.id).sort() : [];
  }

  /** Waits until so many events are stored, and gives their ids. */
  stored(count: number, limitMs = 45_000, model = this.name): Promise<string[]> {
    return eventually(
      async () => {
        const ids = await this.ids(model).catch(() => []);
        return ids.length >= count ? ids : null;
      },
      limitMs,
      `${count} events of ${model}`,
    ).catch(async (error: Error) => {
      const found = await this.ids(model).catch(() => ['(no answer)']);
      throw new Error(
        `${error.message}; ${found.length} are there: ${found.slice(0, 20)}\n${this.collector?.log().slice(-4_000)}`,
      );
    });
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const { body } = await this.collector!.ask<{ dead_letters: DeadLetter[] }>('/dead-letters');
    return body.dead_letters;
  }

  /** The value of a metric, with labels as they are printed; 0 when it is not there. */
  async metric(name: string): Promise<number> {
    const { body } = await this.collector!.ask<string>('//metrics');
    const line = body.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? 0 : Number(line.slice(name.length + 1));
  }

  /** The group's committed position on partition 0. */
  async position(): Promise<{ offset: number; metadata: string }> {
    const admin = this.scene.kafka.admin();
    await admin.connect();
    const [topic] = await admin.fetchOffsets({ groupId: this.name, topics: [this.name] });
    await admin.disconnect();
    const [partition] = topic?.partitions ?? [];
    return { offset: Number(partition?.offset ?? -1), metadata: partition?.metadata ?? '' };
  }

  /** Waits until the group's position is committed at `offset` with nothing under way. */
  settled(offset: number): Promise<true> {
    return eventually(
      async () => {
        const position = await this.position();
        return position.offset >= offset && !position.metadata.includes('"first"');
      },
      30_000,
      `position ${offset} of ${this.name}`,
    );
  }

  async withAdmin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = this.scene.kafka.admin({ retry: { retries: 20, maxRetryTime: 1_000 } });
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** Ids `e0`, `e1`, … as `Scenario.ids` lists them. */
export function idsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `e${i}`).sort();
}
