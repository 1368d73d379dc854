import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Collector, startCollector } from '../support/collector.js';
import { createTopic, kafkaClient, startBroker } from '../support/kafka.js';
import { fuzzed, mayBePassedOver } from './messages.js';

const run = promisify(execFile);
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const look = fileURLToPath(new URL('./look.ts', import.meta.url));

const TOPIC = 'fuzz.events';
const PARTITIONS = 4;
const CHUNK = 1_000;

/** What became of every message that was sent. The four kinds add up to `messages` when `unaccounted` is 0. */
export interface FuzzResult {
  seed: number;
  messages: number;
  /** Messages of which everything was stored. */
  stored: number;
  /** Messages with several events, some of which were stored and some became dead letters. */
  stored_in_part: number;
  /** Messages of which nothing was stored and something became a dead letter. */
  dead_lettered: number;
  /** Understood, and no event by themselves: halves of inferences, spans of something else. */
  passed_over: number;
  /** Messages that left no trace: none may. */
  unaccounted: number;
  /** Times that the collector ended by itself: never. */
  crashes: number;
  /** Events that the messages held, and how many of them are counted in `traffic`. */
  events: number;
  counted: number;
  seconds: number;
}

/** What the store holds: for each partition the offsets of which something was stored, and those with a dead letter. */
export interface Traces {
  stored: number[][];
  dead: number[][];
  events: number;
  counted: number;
}

/** True when every message is accounted for and the collector lived through all of them. */
export function isClean(result: FuzzResult): boolean {
  return result.unaccounted === 0 && result.crashes === 0 && result.events === result.counted;
}

/**
 * Adds up what became of `messages` messages, sent in turn to `PARTITIONS` partitions. `holes` is
 * asked about those that left no trace in the store (`partition:offset`): true for each that may be passed over.
 */
export function account(
  messages: number,
  traces: Traces,
  holes: (offsets: ReadonlySet<string>) => Iterable<boolean>,
): Pick<FuzzResult, 'stored' | 'stored_in_part' | 'dead_lettered' | 'passed_over' | 'unaccounted'> {
  let [stored, both, dead] = [0, 0, 0];
  const without = new Set<string>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const storedHere = new Set(traces.stored[partition]);
    const deadHere = new Set(traces.dead[partition]);
    const length = Math.floor((messages - partition + PARTITIONS - 1) / PARTITIONS);
    for (let offset = 0; offset < length; offset++) {
      const [isStored, isDead] = [storedHere.has(offset), deadHere.has(offset)];
      if (isStored && isDead) both++;
      else if (isStored) stored++;
      else if (isDead) dead++;
      else without.add(`${partition}:${offset}`);
    }
  }
  let passed = 0;
  for (const known of holes(without)) if (known) passed++;
  return {
    stored,
    stored_in_part: both,
    dead_lettered: dead,
    passed_over: passed,
    unaccounted: without.size - passed,
  };
}

/** What a collector that stands still says of itself, or that it says nothing. */
async function stateOf(collector: Collector, group: unknown): Promise<string> {
  const asked = collector.ask<{ ingest: unknown }>('/status').then(({ body }) => body.ingest);
  const said = await Promise.race([asked.catch(String), sleep(10_000, 'no answer in ten seconds')]);
  return JSON.stringify({ committed: group, said });
}

/** Sends fuzzed messages through a real broker into a real collector and asks the store what became of each. */
export async function fuzz(
  messages: number,
  seed: number,
  say: (text: string) => void = () => {},
): Promise<FuzzResult> {
  const began = Date.now();
  const now = began - 60_000;
  const folder = mkdtempSync(join(tmpdir(), 'leeway-fuzz-'));
  const dataDir = join(folder, 'data');
  const broker = await startBroker({ dataDir: join(folder, 'kafka') });
  let collector: Collector | null = null;
  let crashes = 0;
  try {
    const kafka = kafkaClient(broker.brokers);
    await createTopic(kafka, TOPIC, PARTITIONS);
    const running = await startCollector({
      dataDir,
      env: { KAFKA_BROKERS: broker.brokers.join(','), KAFKA_TOPICS: TOPIC },
    });
    collector = running;
    let stopping = false;
    void running.ended.then(() => {
      if (!stopping) crashes++;
    });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 5 });
    await producer.connect();
    const source = fuzzed(seed, now);
    for (let sent = 0; sent < messages; sent += CHUNK) {
      const chunk = Array.from({ length: Math.min(CHUNK, messages - sent) }, (_, i) => ({
        partition: (sent + i) % PARTITIONS,
        value: source.next().value as Buffer,
      }));
      await producer.send({ topic: TOPIC, messages: chunk });
      if (sent % 100_000 === 0) say(`${sent} messages sent`);
    }
    await producer.disconnect();
    say(`all ${messages} messages sent after ${Math.round((Date.now() - began) / 1_000)} s`);
    const admin = kafka.admin();
    await admin.connect();
    const deadline = Date.now() + Math.max(120_000, messages);
    for (;;) {
      if (crashes > 0) throw new Error(`the collector ended by itself:\n${running.log().slice(-4_000)}`);
      const [group] = await admin.fetchOffsets({ groupId: 'leeway', topics: [TOPIC] });
      const read = (group?.partitions ?? []).filter(({ metadata }) => !metadata?.includes('"first"'));
      const position = read.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
      if (position === messages) break;
      if (Date.now() > deadline)
        throw new Error(
          `${position} of ${messages} messages were read in time: ${await stateOf(running, group)}\n${running.log().slice(-4_000)}`,
        );
      await sleep(500);
    }
    await admin.disconnect();
    say(`all read after ${Math.round((Date.now() - began) / 1_000)} s`);
    stopping = true;
    const code = await running.stop();
    if (code !== 0) crashes++;
    const command = [tsx, '--conditions=leeway-source', look, dataDir, TOPIC, String(PARTITIONS)];
    const { stdout } = await run(process.execPath, command, { maxBuffer: 512 << 20, timeout: 120_000 });
    const traces = JSON.parse(stdout) as Traces;
    const accounts = account(messages, traces, function* (without) {
      // The same messages once more, to look at those that left no trace.
      const again = fuzzed(seed, now);
      for (let i = 0; i < messages; i++) {
        const bytes = again.next().value as Buffer;
        if (without.has(`${i % PARTITIONS}:${Math.floor(i / PARTITIONS)}`)) yield mayBePassedOver(bytes);
      }
    });
    const { events, counted } = traces;
    return {
      seed,
      messages,
      ...accounts,
      crashes,
      events,
      counted,
      seconds: Math.round((Date.now() - began) / 1_000),
    };
  } finally {
    collector?.signal('SIGKILL');
    await collector?.ended;
    await broker.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
