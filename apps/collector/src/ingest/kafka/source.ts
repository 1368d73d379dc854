import type { Admin, Consumer, EachBatchPayload, Kafka, Producer } from 'kafkajs';
import { Contexts } from '../batch/contexts.js';
import type { QualityBook } from '../batch/data-quality.js';
import { BATCH_LIMITS, type BatchLimits } from '../batch/settings.js';
import type { IngestDeps } from '../deps.js';
import type { TimePolicy } from '../events/time.js';
import { FastLane } from '../fast-lane.js';
import { createDecode } from '../formats/decode.js';
import { PAIR_LIMITS, PairBook } from '../formats/pair-book.js';
import { createSchemaRegistry, type RegistryOptions } from '../formats/schema-registry.js';
import { retryDelay, sleep } from '../retry.js';
import type { Message } from './batch.js';
import { BROKER, createBlocks, STORE } from './blocks.js';
import { connectKafka, type KafkaConnection } from './connection.js';
import { createDeadLetterTopic } from './dead-letter-topic.js';
import { lowerHeaders } from './message-headers.js';
import { PartitionIntake } from './partition.js';
import { newestEra } from './position.js';
import { createPositions } from './positions.js';
import { createWatchdog } from './watchdog.js';
import { createRangeWriter } from './writer.js';

export interface KafkaSourceOptions {
  connection: KafkaConnection;
  topics: readonly string[];
  groupId: string;
  fromBeginning: boolean;
  /** The broker takes a consumer for dead after so long without a heartbeat, ms; 30 s unless told otherwise. */
  sessionTimeoutMs?: number;
  /** Topic for dead letters; null = only the store's table. */
  deadLetterTopic: string | null;
  times: TimePolicy;
  quality: QualityBook;
  limits?: Partial<BatchLimits>;
  /** Oldest age of an open batch, ms. */
  maxAgeMs?: number;
  /** Row text held by all partitions together, bytes; over it no more is taken. */
  bytesInFlight?: number;
  maxHoldMs?: number;
  /** Without progress for so long, although there is work, the source is stuck, ms. */
  stuckMs?: number;
  /** Where the schemas of Confluent's wire format are; null = nowhere. */
  registry?: RegistryOptions | null;
}

export interface KafkaSourceStatus {
  connected: boolean;
  topics: string[];
  partitions: { topic: string; partition: number; position: string; lag: number }[];
  /** Why nothing is taken at the moment, or null. */
  blocked: string | null;
  /** What waits while the rest goes on (a partition for its schema, the whole source for its broker), or null. */
  waiting: string | null;
}

const TICK_MS = 200;
/** So long after its last batch the store has nothing to do: a part of a batch is better than none. */
const STORE_IDLE_MS = 1_000;
const DEFAULT_BYTES_IN_FLIGHT = 96 * 1_048_576;

/**
 * Starts taking events from Kafka. Returns at once: a broker that is down is tried again until it answers.
 * `onFatal` is called when the source can't go on by itself; the process should then exit for its supervisor.
 */
export function startKafkaSource(
  deps: IngestDeps,
  options: KafkaSourceOptions,
  onFatal: (error: Error) => void,
) {
  const { logger } = deps;
  const limits = { ...BATCH_LIMITS, ...options.limits };
  const contexts = new Contexts(deps.registry, limits.models);
  const kafka: Kafka = connectKafka(options.connection, logger);
  const sessionTimeout = options.sessionTimeoutMs ?? 30_000;
  const consumer: Consumer = kafka.consumer({
    groupId: options.groupId,
    sessionTimeout,
    heartbeatInterval: Math.min(3_000, Math.floor(sessionTimeout / 4)),
    maxWaitTimeInMs: 250,
    // kafkajs makes objects of a whole fetch in one go, which holds the event loop (4 MiB: up to 30 ms), and fetches
    // nothing meanwhile, which leaves it idle between small ones.
    maxBytesPerPartition: 524_288,
    maxBytes: 2_097_152,
    // The broker that is down comes back: the group is joined again rather than given up.
    retry: {
      restartOnFailure: async () => !stopping,
      initialRetryTime: 200,
      maxRetryTime: 5_000,
      retries: 10,
    },
  });
  const admin: Admin = kafka.admin({ retry: { retries: 5, initialRetryTime: 200 } });
  const producer: Producer | null = options.deadLetterTopic
    ? kafka.producer({ idempotent: true, retry: { retries: 5, initialRetryTime: 200 } })
    : null;
  const positions = createPositions(
    admin,
    options.groupId,
    logger,
    (messages) => deps.metrics.rejected('kafka', 'deleted_before_read', messages),
    async (topic, partition) =>
      newestEra(topic, partition, await deps.store.storedSources(`${topic}:${partition}@`)),
    deps.clock,
  );
  const abort = new AbortController();
  const decode = createDecode(options.registry ? createSchemaRegistry(options.registry) : null);
  const fast = new FastLane();
  /** Intakes for which Kafka was asked once to begin where they want to. */
  const rewound = new WeakSet<PartitionIntake>();
  const intakes = new Map<string, PartitionIntake>();
  const opening = new Map<string, Promise<PartitionIntake>>();
  let generation = 0;
  let connected = false;
  let stopping = false;
  const blocks = createBlocks((reason) => deps.metrics.paused(reason !== null, reason ?? ''));
  let lastFetch = deps.clock();
  let lastStored = 0;
  let commitNow: EachBatchPayload['commitOffsetsIfNecessary'] | null = null;
  let beat: EachBatchPayload['heartbeat'] = async () => {};

  const writer = createRangeWriter(deps, {
    contexts,
    limits,
    times: options.times,
    quality: options.quality,
    deadLetters:
      producer && options.deadLetterTopic
        ? createDeadLetterTopic(producer, options.deadLetterTopic, logger)
        : null,
    maxHoldMs: options.maxHoldMs ?? 300_000,
    signal: abort.signal,
    blocked: (reason) => blocks.set(STORE, reason),
  });

  function bytesHeld(): number {
    let bytes = 0;
    for (const intake of intakes.values()) bytes += intake.bytes;
    return bytes;
  }

  function anyStoring(): boolean {
    for (const intake of intakes.values()) if (intake.storing) return true;
    return false;
  }

  async function openIntake(topic: string, partition: number, firstOffset: number): Promise<PartitionIntake> {
    const mine = generation;
    const start = await positions.start(topic, partition, firstOffset);
    const expired = (count: number) => deps.metrics.rejected('kafka', 'unpaired', count);
    const reading = { decode, pairs: new PairBook({ ...PAIR_LIMITS, expired }) };
    return new PartitionIntake(
      deps,
      contexts,
      fast,
      { topic, partition, limits, times: options.times, reading, maxAgeMs: options.maxAgeMs ?? 1_000 },
      {
        async commit(offset, metadata) {
          // kafkajs commits in the group's present generation, whoever asks: a range of an earlier one stops here.
          if (mine !== generation || !commitNow) throw new StaleGeneration(topic, partition);
          await commitNow({
            topics: [{ topic, partitions: [{ partition, offset: String(offset), metadata } as never] }],
          });
          positions.committed(topic, partition, offset, metadata);
        },
        seek: (offset) => consumer.seek({ topic, partition, offset: String(offset) }),
        async write(batch) {
          try {
            return await writer.write(topic, partition, reading, batch);
          } finally {
            lastStored = deps.clock();
          }
        },
        heartbeat: () => beat(),
        async pause(reason, failures) {
          if (failures % 10 === 0)
            logger.warn({ topic, partition, reason, failures }, 'a partition waits and tries again');
          blocks.set(`${topic}:${partition}`, reason);
          await sleep(retryDelay(failures), abort.signal);
          await beat();
          if (mine !== generation) throw new StaleGeneration(topic, partition);
          if (stopping) throw new Error(`Stopped while ${topic}:${partition} was waiting: ${reason}`);
        },
        resume: () => blocks.set(`${topic}:${partition}`, null),
        storeIdle: () => !anyStoring() && deps.clock() - lastStored > STORE_IDLE_MS,
      },
      start,
    );
  }

  function intakeFor(topic: string, partition: number, firstOffset: number): Promise<PartitionIntake> {
    const key = `${topic}:${partition}`;
    let found = opening.get(key);
    if (!found) {
      found = openIntake(topic, partition, firstOffset).then((intake) => {
        intakes.set(key, intake);
        return intake;
      });
      found.catch(() => opening.delete(key));
      opening.set(key, found);
    }
    return found;
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary, isStale } = payload;
    const { topic, partition } = batch;
    commitNow = commitOffsetsIfNecessary;
    beat = heartbeat;
    if (stopping || isStale() || batch.messages.length === 0) return;
    const first = Number(batch.messages[0]!.offset);
    const intake = await intakeFor(topic, partition, first);
    // Earlier messages are wanted: for the halves of pairs that wait, or because an old seek was still under way.
    if (first > intake.resolved && !rewound.has(intake)) {
      rewound.add(intake);
      return consumer.seek({ topic, partition, offset: String(intake.resolved) });
    }
    rewound.add(intake);
    if (first < intake.resolved) {
      logger.error(
        { topic, partition, expected: intake.next, got: first },
        'offsets began anew: the topic was recreated or its log truncated; its events are taken as new ones',
      );
      intake.beginEra(first);
    } else if (first > intake.next) await positions.gap(topic, partition, intake.next, first);
    while (bytesHeld() > (options.bytesInFlight ?? DEFAULT_BYTES_IN_FLIGHT) && !stopping) {
      // A batch is cut short only where nothing else would make room.
      if (!anyStoring()) await intake.tick(true);
      await heartbeat();
      await sleep(20);
    }
    let bytes = 0;
    const messages: Message[] = [];
    for (const raw of batch.messages) {
      bytes += raw.value?.length ?? 0;
      messages.push({
        offset: Number(raw.offset),
        value: raw.value,
        timestamp: Number(raw.timestamp),
        headers: lowerHeaders(raw.headers),
      });
    }
    await intake.take(messages);
    if (isStale() || intakes.get(`${topic}:${partition}`) !== intake) return;
    intake.highWatermark = Number(batch.highWatermark);
    deps.metrics.received('kafka', messages.length, bytes);
    deps.metrics.lag(topic, partition, Math.max(0, intake.highWatermark - intake.stored));
    const done = Math.min(intake.next - 1, messages.at(-1)!.offset);
    if (done >= intake.resolved) {
      intake.resolved = done + 1;
      resolveOffset(String(done));
    }
  }

  function forget(): void {
    for (const intake of intakes.values()) intake.drop();
    blocks.forgetPartitions();
    intakes.clear();
    opening.clear();
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    generation++;
    forget();
    positions.forget();
    connected = true;
    blocks.set(BROKER, null);
    logger.info({ assignment: payload.memberAssignment }, 'joined the consumer group');
  });
  consumer.on(consumer.events.FETCH, () => {
    lastFetch = deps.clock();
  });
  consumer.on(consumer.events.DISCONNECT, () => {
    connected = false;
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    connected = false;
    blocks.set(BROKER, reasonOf(payload.error));
    logger.error({ err: payload.error, restart: payload.restart }, 'the Kafka consumer failed');
    if (!payload.restart && !stopping) onFatal(payload.error);
  });

  async function connect(): Promise<void> {
    for (let attempt = 0; !stopping; attempt++) {
      try {
        await admin.connect();
        await positions.snapshot(options.topics);
        if (producer) await producer.connect();
        await consumer.connect();
        await consumer.subscribe({ topics: [...options.topics], fromBeginning: options.fromBeginning });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 8,
          eachBatch,
        });
        return;
      } catch (error) {
        blocks.set(BROKER, reasonOf(error));
        if (attempt % 10 === 0)
          logger.warn({ err: error, attempt }, 'Kafka does not answer yet; trying again');
        await sleep(retryDelay(attempt), abort.signal);
      }
    }
  }

  const started = connect();
  let ticking = false;
  const timer = setInterval(async () => {
    if (ticking) return;
    ticking = true;
    try {
      for (const intake of intakes.values()) await intake.tick();
    } catch (error) {
      logger.debug({ err: error }, 'a position could not be committed yet');
    } finally {
      ticking = false;
    }
  }, TICK_MS);
  const watchdog = createWatchdog({
    clock: deps.clock,
    stuckMs: options.stuckMs ?? 180_000,
    intakes: () => intakes.values(),
    lastFetch: () => lastFetch,
    blocked: () => blocks.store() !== null,
    onStuck(detail) {
      logger.error({ detail }, 'ingest from Kafka is stuck');
      onFatal(new Error(`Ingest from Kafka is stuck: ${detail}`));
    },
  });

  async function drain(): Promise<void> {
    if (connected) consumer.pause(options.topics.map((topic) => ({ topic })));
    for (const intake of intakes.values()) {
      while (intake.taking) await sleep(10);
      await intake.written();
      await intake.tick(true);
      await intake.written();
      await intake.tick(true);
    }
  }

  return {
    status(): KafkaSourceStatus {
      return {
        connected,
        topics: [...options.topics],
        partitions: Array.from(intakes, ([key, intake]) => ({
          topic: key.slice(0, key.lastIndexOf(':')),
          partition: Number(key.slice(key.lastIndexOf(':') + 1)),
          position: String(intake.stored),
          lag: Math.max(0, intake.highWatermark - intake.stored),
        })),
        blocked: blocks.store(),
        waiting: blocks.others(),
      };
    },
    /** Writes what is open, commits, leaves the group; after `deadlineMs` it leaves without: the range is replayed. */
    async stop(deadlineMs: number): Promise<void> {
      stopping = true;
      clearInterval(timer);
      watchdog.stop();
      const late = sleep(deadlineMs).then(() => abort.abort());
      await Promise.race([
        drain().catch((error) =>
          logger.warn({ err: error }, 'not everything could be written before stopping'),
        ),
        late,
      ]);
      abort.abort();
      generation++;
      forget();
      const closed = Promise.allSettled([
        consumer.disconnect(),
        admin.disconnect(),
        producer?.disconnect(),
        started,
      ]);
      await Promise.race([closed, sleep(5_000)]);
    },
  };
}

/** The innermost message: kafkajs wraps what really happened in "number of retries exceeded". */
function reasonOf(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message : String(inner);
}

/** The group moved on while a range was being collected: kafkajs rejoins and reads it again. */
class StaleGeneration extends Error {
  override readonly name = 'StaleGeneration';
  /** kafkajs takes errors of this type as "rejoin", not as a failure. */
  readonly type = 'ILLEGAL_GENERATION';
  constructor(topic: string, partition: number) {
    super(`The consumer group moved on; ${topic}:${partition} is read again from its committed position`);
  }
}

export type KafkaSource = ReturnType<typeof startKafkaSource>;
