import { setTimeout as sleep } from 'node:timers/promises';
import { Baseline, type BaselineSummary, type StatusReport } from '@leeway/contract';
import { kafkaClient, steadyProducer, topicLength } from '../support/kafka.js';
import { randomOf } from '../support/samples.js';
import { FAULTS, type Fault, strike } from './chaos.js';
import { isPoison, MODEL, messageAt, trainingCsv, trueCounts } from './stream.js';
import { openWorld, type SharedBroker, type World } from './world.js';

const PARTITIONS = 3;
const CHUNK = 500;
const MOST_PER_SECOND = 12_000;
/** Every kind of fault strikes at most so often in one seed. */
const MOST_ROUNDS = 8;

export interface SeedResult {
  seed: number;
  events: number;
  lost: number;
  duplicated: number;
  dead_letters_missing: number;
  histogram_mismatches: number;
  faults: Record<Fault, number>;
  seconds: number;
}

export interface Stored {
  stored: number;
  distinct: number;
  /** Ids that nobody sent. */
  foreign: number;
  deadLetters: number;
  counts: Record<string, number>;
}

/** Room for the rows and their merges, and little more: filling it up must not take long. */
function diskMib(events: number): number {
  return Math.max(2_048, Math.ceil(events / 2_500));
}

function secondsSince(began: number): number {
  return Math.round((Date.now() - began) / 1_000);
}

export async function makeBaseline(world: World): Promise<Baseline> {
  const form = new FormData();
  form.set('options', JSON.stringify({ prediction: 'prediction' }));
  form.set('file', new Blob([trainingCsv()]), 'train.csv');
  const made = await world.collector.ask<BaselineSummary>(`/models/${MODEL}/baselines`, {
    method: 'POST',
    body: form,
  });
  if (made.status !== 201) throw new Error(`no baseline: ${JSON.stringify(made.body)}`);
  const answer = await world.collector.ask(`/baselines/${made.body.id}`);
  return Baseline.parse(answer.body);
}

export async function produce(world: World, events: number, start: number, perSecond: number): Promise<void> {
  const producer = await steadyProducer(kafkaClient(world.broker.brokers));
  const began = Date.now();
  for (let i = 0; i < events; i += CHUNK) {
    const messages = Array.from({ length: Math.min(CHUNK, events - i) }, (_, k) => ({
      value: messageAt(i + k, start),
      partition: (i / CHUNK) % PARTITIONS,
    }));
    await producer.send({ topic: world.topic, messages });
    const early = (i / perSecond) * 1_000 - (Date.now() - began);
    if (early > 0) await sleep(early);
  }
  await producer.disconnect();
}

/** Waits until the group has read everything: every partition's lag is 0 for a moment. */
export async function drained(world: World, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  let calm = 0;
  const admin = kafkaClient(world.broker.brokers).admin({ retry: { retries: 10 } });
  await admin.connect();
  while (Date.now() < deadline) {
    await sleep(250);
    const [committed] = await admin.fetchOffsets({ groupId: world.topic, topics: [world.topic] });
    const ends = await admin.fetchTopicOffsets(world.topic);
    const done = ends.every(({ partition, high }) => {
      const position = committed?.partitions.find((candidate) => candidate.partition === partition);
      const pending = position?.metadata?.includes('"first"');
      return position !== undefined && position.offset === high && !pending;
    });
    calm = done ? calm + 1 : 0;
    if (calm >= 2) break;
  }
  await admin.disconnect();
  if (calm >= 2) return;
  const status = await world.collector.ask<StatusReport>('/status').catch(() => null);
  throw new Error(
    `not everything was read in time: ${JSON.stringify(status?.body.ingest)}\n${world.collector.log().slice(-3_000)}`,
  );
}

/** The faults of a seed, at least one of each kind that this machine allows, in a random order. */
function schedule(random: () => number, rounds: number): Fault[] {
  const faults = Array.from({ length: rounds }, () => [...FAULTS, 'kill' as const]).flat();
  return faults
    .map((fault) => ({ fault, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ fault }) => fault);
}

function mismatches(truth: ReadonlyMap<string, number>, found: Record<string, number>): number {
  let wrong = 0;
  for (const [key, count] of truth) if (found[key] !== count) wrong++;
  for (const key of Object.keys(found)) if (!truth.has(key)) wrong++;
  return wrong;
}

/** How what is stored differs from the truth about the first `events` events: all zero when it does not. */
export function differences(
  baseline: Baseline,
  events: number,
  start: number,
  stored: Stored,
): Pick<SeedResult, 'lost' | 'duplicated' | 'dead_letters_missing' | 'histogram_mismatches'> {
  let poison = 0;
  for (let i = 0; i < events; i++) if (isPoison(i)) poison++;
  return {
    lost: events - poison - (stored.distinct - stored.foreign),
    duplicated: stored.stored - stored.distinct + stored.foreign,
    dead_letters_missing: poison - stored.deadLetters,
    histogram_mismatches: mismatches(trueCounts(baseline, events, start), stored.counts),
  };
}

/** One run: produce a known stream while faults strike, then compare the store with the truth. */
export async function runSeed(
  shared: SharedBroker,
  seed: number,
  events: number,
  say: (text: string) => void,
): Promise<SeedResult> {
  const began = Date.now();
  const random = randomOf(seed * 7_919 + 1);
  const start = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
  const world = await openWorld(shared, `fault.events.${seed}`, PARTITIONS, diskMib(events));
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  try {
    const baseline = await makeBaseline(world);
    const seconds = Math.max(20, events / MOST_PER_SECOND);
    let producing = true;
    const produced = produce(world, events, start, events / seconds).finally(() => {
      producing = false;
    });
    const plan = schedule(random, Math.min(MOST_ROUNDS, Math.max(1, Math.round(events / 400_000))));
    let struckSoFar = 0;
    for (const fault of plan) {
      await sleep(200 + random() * ((seconds * 1_000) / plan.length / 2));
      const struck = await strike(world, fault, random);
      faults[fault] += struck;
      say(
        `seed ${seed}: ${secondsSince(began)} s, fault ${++struckSoFar} of ${plan.length}: ${fault} × ${struck}${producing ? '' : ' (after the last message)'}`,
      );
    }
    await produced;
    say(`seed ${seed}: all ${events} messages sent after ${secondsSince(began)} s`);
    await drained(world, Math.max(180_000, events / 20));
    const sent = await topicLength(kafkaClient(world.broker.brokers), world.topic);
    if (sent !== events) throw new Error(`the topic holds ${sent} messages, ${events} were sent`);
    await world.collector.stop();
    const stored = (await world.ask('counts', String(events))) as Stored;
    return {
      seed,
      events,
      ...differences(baseline, events, start, stored),
      faults,
      seconds: secondsSince(began),
    };
  } finally {
    await world.close();
  }
}
