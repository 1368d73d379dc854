import { z } from 'zod';
import { ModelName, Moment, SignalKind, SignalRole } from './words.js';

/** Regions of an embedding's baseline vectors; see `fitEmbedding` and `embeddingNumber` of @leeway/stats. */
export const EmbeddingReference = z.object({
  dimensions: z.number().int(),
  centroids: z.array(z.array(z.number())),
  usual: z.array(z.number()),
  farthest: z.array(z.number()),
});
export type EmbeddingReference = z.infer<typeof EmbeddingReference>;

/**
 * How the baseline's numeric features hang together: what the joint detector compares windows with. A row becomes
 * its distance from the baseline's cloud (`jointDistance` of @leeway/stats: features in the order of `signals`), and
 * the distances are binned like a numeric signal's, under the name `@multivariate`.
 */
export const JointReference = z.object({
  signals: z.array(z.string()),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  /** Lower triangular weights of the standardised features: row k has k + 1 of them. */
  components: z.array(z.array(z.number())),
});
export type JointReference = z.infer<typeof JointReference>;

/**
 * The bins of one signal, fixed by the baseline. A histogram over them is a dense array of counts:
 *
 *     numeric (k interior edges):  [missing, below min, k+1 regular bins, above max]    length k + 4
 *     categorical, boolean:        [missing, c categories, other, unseen]               length c + 3
 *
 * Regular numeric bins are `[e_i, e_{i+1})`; a value below the baseline's minimum or above its maximum counts in
 * the outer bins only, so every row is in exactly one bin and the counts sum to the rows.
 */
export const SignalBins = z.object({
  signal: z.string(),
  kind: SignalKind,
  role: SignalRole,
  /** Interior edges, ascending; empty for categorical signals. */
  edges: z.array(z.number()),
  /** Baseline minimum and maximum of the finite values; null for categorical signals. */
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Categories by falling baseline count; empty for numeric signals. */
  categories: z.array(z.string()),
  /** Baseline categories that share the bin `other`; a value in neither list is `unseen`. */
  tail: z.array(z.string()).optional(),
  /** How many categories the baseline shows exactly once: how many new ones chance alone will bring. */
  singletons: z.number().int().optional(),
  /** For embeddings binned by region; without it they are binned by their length (Euclidean norm). */
  embedding: EmbeddingReference.optional(),
  /** For the joint signal (role `joint`): what turns a row into the number that is binned. */
  joint: JointReference.optional(),
});
export type SignalBins = z.infer<typeof SignalBins>;

export const BaselineSignal = SignalBins.extend({
  /** Baseline counts in the layout of `SignalBins`. */
  counts: z.array(z.number()),
  rows: z.number().int(),
  mean: z.number().nullable(),
  std: z.number().nullable(),
  /** Quantiles at 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99; null for categorical signals. */
  quantiles: z.array(z.number()).nullable(),
  /** Overdispersion of the chi-square over the baseline's blocks (1 = independent rows). */
  phi: z.number(),
  /** Importance given with the baseline (any positive scale), or null. */
  importance: z.number().nullable(),
  /** Counts for each hour of the week (0 = Monday 00:00 UTC), where the baseline carries timestamps. */
  seasonal: z
    .array(z.object({ hour: z.number().int().min(0).max(167), counts: z.array(z.number()) }))
    .nullable(),
});
export type BaselineSignal = z.infer<typeof BaselineSignal>;

export const LeftOut = z.object({
  column: z.string(),
  /** e.g. `constant`, `all_missing`, `mixed_types`, `too_many_categories`, `identifier`, `excluded`, `timestamp`. */
  code: z.string(),
  message: z.string(),
});
export type LeftOut = z.infer<typeof LeftOut>;

/** Latency of the baseline in milliseconds, where the training data carries a latency column. */
export const BaselineLatency = z.object({
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  rows: z.number(),
});

export const Performance = z.object({
  task: z.enum(['regression', 'binary', 'multiclass']),
  n: z.number(),
  metrics: z.record(z.string(), z.number().nullable()),
});
export type Performance = z.infer<typeof Performance>;

/** An immutable training reference. `id` is the hash of its content: the same data gives the same baseline. */
export const Baseline = z.object({
  id: z.string(),
  model: ModelName,
  name: z.string(),
  created_at: Moment,
  rows: z.number().int(),
  source: z.object({ file: z.string(), format: z.enum(['parquet', 'csv', 'ndjson']), bytes: z.number() }),
  signals: z.array(BaselineSignal),
  left_out: z.array(LeftOut),
  warnings: z.array(z.string()),
  latency: BaselineLatency.nullable(),
  performance: Performance.nullable(),
  /** Time span of the training data, where a timestamp column was named. */
  span: z.object({ from: Moment, to: Moment }).nullable(),
});
export type Baseline = z.infer<typeof Baseline>;

export const BaselineSummary = Baseline.pick({
  id: true,
  model: true,
  name: true,
  created_at: true,
  rows: true,
  source: true,
  left_out: true,
  warnings: true,
  span: true,
}).extend({
  active: z.boolean(),
  signal_count: z.number().int(),
  /** Progress of counting retained events against this baseline: 0..1, null when it never was active. */
  rebin: z
    .object({
      state: z.enum(['idle', 'running', 'done', 'failed']),
      progress: z.number(),
      error: z.string().nullable(),
    })
    .nullable(),
});
export type BaselineSummary = z.infer<typeof BaselineSummary>;

/** Which columns play which part; everything not named is a feature. */
export const BaselineOptions = z.object({
  name: z.string().optional(),
  timestamp: z.string().optional(),
  prediction: z.string().optional(),
  label: z.string().optional(),
  score: z.string().optional(),
  latency: z.string().optional(),
  exclude: z.array(z.string()).default([]),
  /** Overrides of the inferred kind by column. */
  kinds: z.record(z.string(), SignalKind).default({}),
  importance: z.record(z.string(), z.number().min(0)).default({}),
  activate: z.boolean().default(true),
  /** Watch all numeric features together (the signal `@multivariate`), where there are enough. */
  multivariate: z.boolean().default(true),
});
export type BaselineOptions = z.infer<typeof BaselineOptions>;
