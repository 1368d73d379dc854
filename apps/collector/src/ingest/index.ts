/**
 * The ingest room: bytes of a source become rows and counts in the store, each event once. `createHttpIngest` and
 * `startKafkaSource` are its two ways in; what it needs of other rooms is in `ports.ts`.
 */
export { createQualityBook, type QualityBook } from './batch/data-quality.js';
export { BATCH_LIMITS, type BatchLimits } from './batch/settings.js';
export { registerDeadLetters } from './cli/dead-letters.js';
export type { IngestDeps, IngestLogger } from './deps.js';
export type { TimePolicy } from './events/time.js';
export { createHttpIngest, type HttpIngest, type HttpIngestOptions } from './http/http-ingest.js';
export { IngestUnavailable } from './http/unavailable.js';
export type { KafkaConnection } from './kafka/connection.js';
export {
  type KafkaSource,
  type KafkaSourceOptions,
  type KafkaSourceStatus,
  startKafkaSource,
} from './kafka/source.js';
