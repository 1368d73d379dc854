import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { boundNames, OTHER } from './bounded-labels.js';

/** Reject codes come from our own tables; a bound all the same, should one ever carry data. */
const MOST_CODES = 64;
const MOST_PARTITIONS = 512;

/** The rates that ingest moves, in the shape of its port. */
export interface IngestCounters {
  received(source: 'kafka' | 'http', events: number, bytes: number): void;
  stored(source: 'kafka' | 'http', events: number): void;
  rejected(source: 'kafka' | 'http', code: string, events: number): void;
  deadLettered(stage: 'decode' | 'validate' | 'store', events: number): void;
  audited(restoredEvents: number, rebuiltMinutes: number): void;
  featureProblem(problem: 'kind_changed' | 'too_many_features', features: number): void;
  passedOver(source: 'kafka' | 'http', reason: string, events: number): void;
  batch(rows: number, decodeMs: number, insertMs: number): void;
  lag(topic: string, partition: number, lag: number): void;
  paused(paused: boolean, reason: string): void;
}

export function ingestMetrics(registry: Registry): IngestCounters {
  const registers = [registry];
  const received = new Counter({
    name: 'leeway_ingest_received_events_total',
    help: 'Events read from a source, before validation.',
    labelNames: ['source'],
    registers,
  });
  const bytes = new Counter({
    name: 'leeway_ingest_received_bytes_total',
    help: 'Bytes read from a source.',
    labelNames: ['source'],
    registers,
  });
  const stored = new Counter({
    name: 'leeway_ingest_stored_events_total',
    help: 'Events written to the store and counted.',
    labelNames: ['source'],
    registers,
  });
  const rejected = new Counter({
    name: 'leeway_ingest_rejected_events_total',
    help: 'Events that could not be taken, by stable code.',
    labelNames: ['source', 'code'],
    registers,
  });
  const dead = new Counter({
    name: 'leeway_ingest_dead_letters_total',
    help: 'Events sent to the dead letters, by the stage that failed.',
    labelNames: ['stage'],
    registers,
  });
  const passed = new Counter({
    name: 'leeway_ingest_passed_over_total',
    help: 'What was understood and is no event by itself: spans of something else, halves of inferences that wait.',
    labelNames: ['source', 'reason'],
    registers,
  });
  const audits = new Counter({
    name: 'leeway_ingest_audited_ranges_total',
    help: 'Ranges compared with the store because nobody knew how much of them was stored (after an unclean stop).',
    registers,
  });
  const restored = new Counter({
    name: 'leeway_ingest_restored_events_total',
    help: 'Events that an audit found missing although their token was known, and wrote again.',
    registers,
  });
  const rebuilt = new Counter({
    name: 'leeway_ingest_rebuilt_minutes_total',
    help: 'Minutes whose counts an audit of a range rebuilt from the events.',
    registers,
  });
  const features = new Counter({
    name: 'leeway_ingest_left_out_features_total',
    help: 'Features left out of stored events, counted once a batch, by what is wrong with them.',
    labelNames: ['problem'],
    registers,
  });
  const rows = new Histogram({
    name: 'leeway_ingest_batch_rows',
    help: 'Events in one written batch.',
    buckets: [1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000],
    registers,
  });
  const decode = new Histogram({
    name: 'leeway_ingest_batch_decode_seconds',
    help: 'Time to decode, validate and bin one batch.',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const insert = new Histogram({
    name: 'leeway_ingest_batch_insert_seconds',
    help: 'Time to write one batch to the store.',
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers,
  });
  const lags = new Map<string, { topic: string; partition: string; lag: number }>();
  new Gauge({
    name: 'leeway_kafka_lag_events',
    help: 'Messages of a partition that are not stored yet.',
    labelNames: ['topic', 'partition'],
    registers,
    collect() {
      this.reset();
      const { kept, left } = boundNames(lags.keys(), MOST_PARTITIONS);
      for (const key of kept) {
        const { topic, partition, lag } = lags.get(key)!;
        this.set({ topic, partition }, lag);
      }
      if (left.length > 0)
        this.set(
          { topic: OTHER, partition: OTHER },
          left.reduce((sum, key) => sum + lags.get(key)!.lag, 0),
        );
    },
  });
  const paused = new Gauge({
    name: 'leeway_ingest_paused',
    help: '1 while ingest does not take events (store down, disk full, too much in flight).',
    registers,
  });
  paused.set(0);
  const codes = new Set<string>();
  return {
    received(source, events, size) {
      received.inc({ source }, events);
      bytes.inc({ source }, size);
    },
    stored: (source, events) => stored.inc({ source }, events),
    rejected(source, code, events) {
      if (codes.size < MOST_CODES) codes.add(code);
      rejected.inc({ source, code: codes.has(code) ? code : OTHER }, events);
    },
    deadLettered: (stage, events) => dead.inc({ stage }, events),
    audited(restoredEvents, rebuiltMinutes) {
      audits.inc();
      restored.inc(restoredEvents);
      rebuilt.inc(rebuiltMinutes);
    },
    featureProblem: (problem, count) => features.inc({ problem }, count),
    passedOver: (source, reason, events) => passed.inc({ source, reason }, events),
    batch(count, decodeMs, insertMs) {
      rows.observe(count);
      decode.observe(decodeMs / 1_000);
      insert.observe(insertMs / 1_000);
    },
    lag(topic, partition, lag) {
      lags.set(`${topic}/${partition}`, { topic, partition: String(partition), lag });
    },
    paused: (isPaused) => paused.set(isPaused ? 1 : 0),
  };
}
