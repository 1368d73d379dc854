import { z } from 'zod';
import { Moment } from './words.js';

/** Something about the features of stored events that an operator should know. */
export const DataQualityFinding = z.object({
  model: z.string(),
  problem: z.enum(['kind_changed', 'too_many_features']),
  /** Some of the features concerned. */
  features: z.array(z.string()),
  detail: z.string(),
  first_at: Moment,
  last_at: Moment,
});
export type DataQualityFinding = z.infer<typeof DataQualityFinding>;

export const StatusReport = z.object({
  version: z.string(),
  started_at: Moment,
  now: Moment,
  store: z.object({
    mode: z.enum(['embedded', 'server']),
    ok: z.boolean(),
    detail: z.string(),
    tables: z.array(z.object({ table: z.string(), rows: z.number(), bytes: z.number() })),
  }),
  ingest: z.object({
    state: z.enum(['taking', 'paused', 'stopped']),
    detail: z.string(),
    events_per_second: z.number(),
    events_total: z.number(),
    rejected_total: z.number(),
    dead_letters: z.number(),
    /** What this process noticed since it began, newest first. */
    data_quality: z.array(DataQualityFinding),
    kafka: z
      .object({
        connected: z.boolean(),
        topics: z.array(z.string()),
        partitions: z.array(
          z.object({ topic: z.string(), partition: z.number(), position: z.string(), lag: z.number() }),
        ),
      })
      .nullable(),
  }),
  evaluate: z.object({
    last_run: Moment.nullable(),
    last_ms: z.number().nullable(),
    windows: z.number(),
    verdicts: z.number(),
    backlog: z.number(),
  }),
  alerts: z.object({ rules: z.number(), firing: z.number(), pending: z.number() }),
  memory_mib: z.number(),
  loop_lag_p99_ms: z.number(),
});
export type StatusReport = z.infer<typeof StatusReport>;

export const DeadLetter = z.object({
  id: z.string(),
  at: Moment,
  source: z.string(),
  partition: z.number().nullable(),
  offset: z.string().nullable(),
  stage: z.enum(['decode', 'validate', 'store']),
  code: z.string(),
  message: z.string(),
  /** How many original bytes there are. */
  bytes: z.number().int(),
  /** The original bytes, base64; in a list the first 12 KiB of them. */
  payload: z.string(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
/** Newest first. `total` counts all that fit the question, `next` asks for those after the last. */
export const DeadLetterList = z.object({
  dead_letters: z.array(DeadLetter),
  total: z.number().int(),
  next: z.string().nullable(),
});
export type DeadLetterList = z.infer<typeof DeadLetterList>;
