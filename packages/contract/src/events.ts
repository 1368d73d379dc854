import { z } from 'zod';
import { HALF_CHARACTER, isWellFormed, ModelName, VersionName } from './words.js';

/** Hard limits of one event; a value beyond them is rejected with its JSON path. */
export const EVENT_LIMITS = {
  bytes: 1_048_576,
  features: 4_096,
  nameLength: 200,
  stringLength: 8_192,
  idLength: 200,
  tags: 64,
  classes: 1_024,
  embedding: 4_096,
  tokens: 4_294_967_295,
} as const;

/** RFC 3339 text, or milliseconds since 1970 as a number. */
export const EventTime = z.union([
  z.iso.datetime({ offset: true }),
  z.number().int().min(0).max(8_640_000_000_000_000),
]);

const Name = z.string().min(1).max(EVENT_LIMITS.nameLength).refine(isWellFormed, HALF_CHARACTER);
const Text = z.string().max(EVENT_LIMITS.stringLength).refine(isWellFormed, HALF_CHARACTER);
const Id = z.string().min(1).max(EVENT_LIMITS.idLength).refine(isWellFormed, HALF_CHARACTER);

/** One feature value. An array of numbers is an embedding. Null and absent both count as missing. */
export const FeatureValue = z.union([
  z.number(),
  Text,
  z.boolean(),
  z.null(),
  z.array(z.number()).min(1).max(EVENT_LIMITS.embedding),
]);
export type FeatureValue = z.infer<typeof FeatureValue>;

/** A number (regression), a class (text or boolean), or the probability of each class. */
export const Prediction = z.union([z.number(), Text, z.boolean(), z.record(Name, z.number().min(0).max(1))]);
export type Prediction = z.infer<typeof Prediction>;

/** Tokens of one call, a whole number that fits 32 bits. */
const Tokens = z.number().int().min(0).max(EVENT_LIMITS.tokens);

/** One prediction that a model made. `latency_ms` is in milliseconds; `error` is set when the call failed. */
export const PredictionEvent = z.object({
  model: ModelName,
  version: VersionName,
  id: Id,
  ts: EventTime,
  features: z.record(Name, FeatureValue),
  prediction: Prediction.nullish(),
  score: z.number().nullish(),
  latency_ms: z.number().min(0).nullish(),
  error: z.union([Text, z.boolean()]).nullish(),
  tags: z.record(Name, z.union([Text, z.number(), z.boolean()])).nullish(),
  tokens: z.object({ input: Tokens, output: Tokens }).nullish(),
});
export type PredictionEvent = z.infer<typeof PredictionEvent>;

/** The true outcome of an earlier prediction, joined to it by `model` and `id`. */
export const LabelEvent = z.object({
  model: ModelName,
  id: Id,
  ts: EventTime,
  label: z.union([z.number(), Text, z.boolean()]),
});
export type LabelEvent = z.infer<typeof LabelEvent>;

/** Why one event was not taken. `index` is its position in the request, `path` a JSON path such as `$.features.age`. */
export const Rejection = z.object({
  index: z.number().int().min(0),
  path: z.string(),
  code: z.string(),
  message: z.string(),
});
export type Rejection = z.infer<typeof Rejection>;

/** The answer to `POST /api/v1/events` and `/api/v1/labels`; `accepted` events are stored. */
export const IngestAnswer = z.object({
  accepted: z.number().int(),
  rejected: z.array(Rejection),
  rejected_count: z.number().int(),
  /** True when the same Idempotency-Key was stored before and nothing new was written. */
  replayed: z.boolean().optional(),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;
