import { readFileSync } from 'node:fs';
import type { StatusReport } from '@leeway/contract';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import {
  createHttpIngest,
  createQualityBook,
  type IngestDeps,
  type KafkaSource,
  type KafkaSourceOptions,
  startKafkaSource,
} from './ingest/index.js';
import type { IngestMetrics } from './ingest/ports.js';
import type { IngestRoom } from './serve/ports.js';

/** Span over which the rate of stored events is measured, ms. */
const RATE_MS = 10_000;

export interface Intake extends IngestRoom {
  /** Takes nothing more and writes what is under way, at most `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

/** Starts the ways in that the configuration asks for: HTTP always, Kafka where brokers are named. */
export function startIntake(
  config: Config,
  deps: IngestDeps,
  log: Logger,
  onFatal: (error: Error) => void,
): Intake {
  const tally = createTally(deps.clock);
  const metrics = joined(deps.metrics, tally.metrics);
  const times = { maxFutureMs: config.ingest.maxFutureMs, maxAgeMs: config.ingest.retainEventsMs };
  const limits = { features: config.ingest.featureLimit };
  const quality = createQualityBook({ ...deps, metrics }, limits.features);
  const policy = { times, limits, quality, registry: config.ingest.registry };
  const http = createHttpIngest({ ...deps, metrics }, policy);
  const kafka = config.kafka ? startKafka(config.kafka, { ...deps, metrics }, policy, onFatal) : null;
  if (kafka) log.info({ brokers: config.kafka?.brokers, topics: config.kafka?.topics }, 'reading from Kafka');
  let stopped = false;

  function status(): StatusReport['ingest'] {
    const source = kafka?.status() ?? null;
    const blocked = deps.store.healthy() ? (source?.blocked ?? null) : 'the store takes no writes';
    const { blocked: _blocked, waiting = null, ...partitions } = source ?? { blocked: null };
    return {
      state: stopped ? 'stopped' : blocked === null ? 'taking' : 'paused',
      detail: stopped ? 'the collector is stopping' : (blocked ?? waiting ?? ''),
      ...tally.figures(),
      data_quality: quality.list(),
      kafka: source ? (partitions as NonNullable<StatusReport['ingest']['kafka']>) : null,
    };
  }

  return {
    events: (body, contentType, headers) => http.events(body, contentType, headers),
    labels: (body, contentType, headers) => http.labels(body, contentType, headers),
    status,
    async stop(deadlineMs) {
      stopped = true;
      await Promise.all([http.stop(deadlineMs), kafka?.stop(deadlineMs)]);
    },
  };
}

function startKafka(
  config: NonNullable<Config['kafka']>,
  deps: IngestDeps,
  policy: Pick<KafkaSourceOptions, 'times' | 'limits' | 'quality' | 'registry'>,
  onFatal: (error: Error) => void,
): KafkaSource {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));
  const { ssl } = config;
  return startKafkaSource(
    deps,
    {
      connection: {
        brokers: config.brokers,
        clientId: config.clientId,
        ssl: ssl && { ca: read(ssl.caFile), cert: read(ssl.certFile), key: read(ssl.keyFile) },
        sasl: config.sasl,
      },
      topics: config.topics,
      groupId: config.groupId,
      fromBeginning: config.fromBeginning,
      sessionTimeoutMs: config.sessionTimeoutMs,
      stuckMs: config.stuckMs,
      deadLetterTopic: config.deadLetterTopic,
      ...policy,
    },
    onFatal,
  );
}

/** Counts what the status page shows beside what Prometheus collects. */
function createTally(clock: () => number) {
  let [stored, rejected, dead] = [0, 0, 0];
  let mark = { at: clock(), stored: 0, rate: 0 };
  const metrics: IngestMetrics = {
    received: () => {},
    stored: (_source, events) => {
      stored += events;
    },
    rejected: (_source, _code, events) => {
      rejected += events;
    },
    deadLettered: (_stage, events) => {
      dead += events;
    },
    audited: () => {},
    passedOver: () => {},
    featureProblem: () => {},
    batch: () => {},
    lag: () => {},
    paused: () => {},
  };
  return {
    metrics,
    figures() {
      const now = clock();
      const seconds = (now - mark.at) / 1_000;
      const rate = seconds > 0 ? (stored - mark.stored) / seconds : mark.rate;
      if (now - mark.at >= RATE_MS) mark = { at: now, stored, rate };
      return {
        events_per_second: Math.round(rate * 10) / 10,
        events_total: stored,
        rejected_total: rejected,
        dead_letters: dead,
      };
    },
  };
}

/** Tells both. */
function joined(one: IngestMetrics, two: IngestMetrics): IngestMetrics {
  return {
    received: (...args) => {
      one.received(...args);
      two.received(...args);
    },
    stored: (...args) => {
      one.stored(...args);
      two.stored(...args);
    },
    rejected: (...args) => {
      one.rejected(...args);
      two.rejected(...args);
    },
    deadLettered: (...args) => {
      one.deadLettered(...args);
      two.deadLettered(...args);
    },
    audited: (...args) => one.audited(...args),
    passedOver: (...args) => one.passedOver(...args),
    featureProblem: (...args) => one.featureProblem(...args),
    batch: (...args) => one.batch(...args),
    lag: (...args) => one.lag(...args),
    paused: (...args) => one.paused(...args),
  };
}
