import { z } from 'zod';
import { Comparison, Direction, Verdict } from './verdicts.js';
import { ModelName, Moment, SignalKind, SignalRole, VerdictKind } from './words.js';

/**
 * A moment or a relative one: RFC 3339, epoch milliseconds, `now`, or `now-7d` / `now-90m` (units s, m, h, d, w).
 * The API resolves it against its own clock; the dashboard keeps the text in its URL.
 */
export const TimeText = z.string().max(64);

/** Query parameters that most model routes share. `segment` is `''` or `tag=value`. */
export const RangeQuery = z.object({
  from: TimeText.default('now-24h'),
  to: TimeText.default('now'),
  version: z.string().optional(),
  segment: z.string().default(''),
});

/** Below this PSI a band is noise in any window that a model could fill. */
const LEAST_BAND = 0.001;

/** How a model is watched; every field has a default and can be changed per model. */
export const ModelSettings = z.object({
  window_ms: z
    .number()
    .int()
    .min(1_000)
    .max(31 * 86_400_000),
  step_ms: z
    .number()
    .int()
    .min(1_000)
    .max(31 * 86_400_000),
  /** Coarse bins for PSI, JS and chi-square. */
  bins: z.number().int().min(2).max(100),
  moderate: z.number().min(LEAST_BAND),
  significant: z.number().min(LEAST_BAND),
  /** Budget of false drift alerts per day over all of the model's signals: from one in a generation to as many as there are. */
  false_alerts_per_day: z.number().min(0.0001).max(10_000),
  /** Requests per second the service is sized for; null = learnt from history. */
  capacity_per_second: z.number().positive().nullable(),
  /** Tags whose values are segments of their own. */
  segment_tags: z.array(z.string()).max(8),
  /** Compare with the baseline's same hours of the week where it carries timestamps. */
  seasonal: z.boolean(),
  /** Money per 1,000 tokens, in any one currency. */
  cost_per_1k_input: z.number().min(0),
  cost_per_1k_output: z.number().min(0),
});
export type ModelSettings = z.infer<typeof ModelSettings>;

export const DEFAULT_SETTINGS: ModelSettings = {
  window_ms: 3_600_000,
  step_ms: 300_000,
  bins: 10,
  moderate: 0.1,
  significant: 0.2,
  false_alerts_per_day: 0.05,
  capacity_per_second: null,
  segment_tags: [],
  seasonal: true,
  cost_per_1k_input: 0,
  cost_per_1k_output: 0,
};

export const Sparkline = z.array(z.number().nullable());

/** One row of the fleet page. Rates are per second, shares 0..1, latency in milliseconds. */
export const ModelSummary = z.object({
  model: ModelName,
  versions: z.array(z.string()),
  verdict: VerdictKind,
  reason: z.string(),
  worst_signal: z
    .object({
      signal: z.string(),
      psi: z.number().nullable(),
      verdict: VerdictKind,
      way: z.string().nullable(),
      n: z.number(),
    })
    .nullable(),
  /** Worst de-biased PSI over the signals, one value a bucket of the asked range, oldest first. */
  psi_sparkline: Sparkline,
  traffic_sparkline: Sparkline,
  latency_p95_ms: z.number().nullable(),
  latency_p95_baseline_ms: z.number().nullable(),
  error_rate: z.number().nullable(),
  events: z.number(),
  events_per_second: z.number().nullable(),
  capacity_per_second: z.number().nullable(),
  label_coverage: z.number().nullable(),
  last_event: Moment.nullable(),
  baseline: z.string().nullable(),
  firing: z.number().int(),
  pending: z.number().int(),
  window_ms: z.number(),
});
export type ModelSummary = z.infer<typeof ModelSummary>;
export const ModelList = z.object({ models: z.array(ModelSummary), now: Moment });
export type ModelList = z.infer<typeof ModelList>;

export const ModelDetail = ModelSummary.extend({
  settings: ModelSettings,
  segments: z.array(z.string()),
  first_event: Moment.nullable(),
  notes: z.array(z.string()),
});
export type ModelDetail = z.infer<typeof ModelDetail>;

/** A mark on the time axis: a version's first event, a deploy, a baseline's activation. */
export const Marker = z.object({
  at: Moment,
  kind: z.enum(['version', 'deploy', 'baseline']),
  text: z.string(),
});
export type Marker = z.infer<typeof Marker>;

export const SignalSummary = z.object({
  signal: z.string(),
  kind: SignalKind,
  role: SignalRole,
  in_baseline: z.boolean(),
  importance: z.number().nullable(),
  latest: Verdict.nullable(),
});
export type SignalSummary = z.infer<typeof SignalSummary>;
export const SignalList = z.object({ signals: z.array(SignalSummary) });
export type SignalList = z.infer<typeof SignalList>;

export const VerdictList = z.object({ verdicts: z.array(Verdict), truncated: z.boolean() });
export type VerdictList = z.infer<typeof VerdictList>;

/** Signals × windows, worst signal first. `verdicts` index VERDICT_KINDS (-1 = not evaluated); `psi` is de-biased. */
export const HeatMap = z.object({
  /** Start of each column; a column spans `column_ms` and shows the worst window that ends inside it. */
  columns: z.array(Moment),
  column_ms: z.number(),
  rows: z.array(
    z.object({
      signal: z.string(),
      kind: SignalKind,
      verdicts: z.array(z.number().int()),
      psi: z.array(z.number().nullable()),
      n: z.array(z.number()),
      /** Start of the worst window behind each cell, epoch ms, for the link to it. */
      window_start: z.array(z.number().nullable()),
    }),
  ),
  window_ms: z.number(),
  markers: z.array(Marker),
});
export type HeatMap = z.infer<typeof HeatMap>;

/** Names that `series` answers: per signal `psi`, `ks`, `js`; per model the rest. */
export const SERIES_METRICS = [
  'psi',
  'ks',
  'js',
  'latency_p50',
  'latency_p95',
  'latency_p99',
  'throughput',
  'errors',
  'error_rate',
  'missing',
  'out_of_range',
  'unseen',
  'rejected',
  'tokens_input',
  'tokens_output',
  'cost',
  'label_coverage',
  'mae',
  'rmse',
  'bias',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'estimated_accuracy',
] as const;
export const SeriesMetric = z.enum(SERIES_METRICS);
export type SeriesMetric = z.infer<typeof SeriesMetric>;

/** One bucket of a series: the envelope of all values in it, so that no breach disappears. Null = a gap. */
export const SeriesPoint = z.object({
  t: z.number(),
  value: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  n: z.number(),
  /** Worst verdict in the bucket for drift metrics, else null. */
  verdict: VerdictKind.nullable(),
});
export type SeriesPoint = z.infer<typeof SeriesPoint>;
export const Series = z.object({
  metric: SeriesMetric,
  signal: z.string().nullable(),
  unit: z.string(),
  bucket_ms: z.number(),
  /** Reference lines, e.g. baseline P95 or the bands of PSI. */
  thresholds: z.array(z.object({ name: z.string(), value: z.number() })),
  points: z.array(SeriesPoint),
});
export type Series = z.infer<typeof Series>;
export const SeriesList = z.object({ series: z.array(Series), markers: z.array(Marker) });
export type SeriesList = z.infer<typeof SeriesList>;

/** One bin as people read it. `side` bins (missing, below, above, other, unseen) are drawn apart. */
export const HistogramBin = z.object({
  label: z.string(),
  /** Bounds of a regular numeric bin, null otherwise. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  side: z.enum(['missing', 'below', 'above', 'other', 'unseen']).nullable(),
  baseline: z.number(),
  current: z.number(),
});
export type HistogramBin = z.infer<typeof HistogramBin>;
/** Baseline and current counts of one signal on shared bins; `bins` is the coarse view, `fine` the stored one. */
export const HistogramPair = z.object({
  signal: z.string(),
  kind: SignalKind,
  from: Moment,
  to: Moment,
  n_baseline: z.number(),
  n_current: z.number(),
  bins: z.array(HistogramBin),
  fine: z.array(HistogramBin),
  verdict: Verdict.nullable(),
});
export type HistogramPair = z.infer<typeof HistogramPair>;

/** A distribution over time: quantiles of each bucket from its histogram (numeric), or category shares. */
export const DistributionOverTime = z.object({
  signal: z.string(),
  kind: SignalKind,
  bucket_ms: z.number(),
  labels: z.array(z.string()),
  buckets: z.array(
    z.object({
      t: z.number(),
      n: z.number(),
      /** At 0.05, 0.25, 0.5, 0.75, 0.95; null for categorical signals or empty buckets. */
      quantiles: z.array(z.number()).nullable(),
      /** Shares by `labels`; null for empty buckets. */
      shares: z.array(z.number()).nullable(),
    }),
  ),
  baseline_quantiles: z.array(z.number()).nullable(),
  baseline_shares: z.array(z.number()),
});
export type DistributionOverTime = z.infer<typeof DistributionOverTime>;

/** One side of a comparison. Without `baseline` it is a slice of production. */
export const Slice = z.object({
  baseline: z.string().optional(),
  version: z.string().optional(),
  segment: z.string().optional(),
  from: TimeText.optional(),
  to: TimeText.optional(),
});
export type Slice = z.infer<typeof Slice>;
/** One signal of both sides on shared bins: `baseline` counts are those of side a, `current` those of side b. */
export const ComparedHistogram = HistogramPair.pick({
  signal: true,
  kind: true,
  n_baseline: true,
  n_current: true,
  bins: true,
  fine: true,
});
export type ComparedHistogram = z.infer<typeof ComparedHistogram>;
export const SliceComparison = Comparison.extend({
  a: Slice,
  b: Slice,
  n_a: z.number(),
  n_b: z.number(),
  /** Of the signal that was asked for, to be drawn. */
  histogram: ComparedHistogram.nullable(),
  took_ms: z.number(),
});
export type SliceComparison = z.infer<typeof SliceComparison>;

export const SegmentDrift = z.object({
  segment: z.string(),
  n: z.number(),
  psi: z.number().nullable(),
  verdict: VerdictKind,
  reason: z.string(),
  /** Events it takes to tell, and which way the signal moved. */
  rows_needed: z.number().nullable(),
  direction: Direction.nullable(),
});
export type SegmentDrift = z.infer<typeof SegmentDrift>;
export const SegmentList = z.object({ signal: z.string(), segments: z.array(SegmentDrift) });
export type SegmentList = z.infer<typeof SegmentList>;

export const StoredEvent = z.object({
  model: z.string(),
  version: z.string(),
  id: z.string(),
  ts: Moment,
  features: z.record(
    z.string(),
    z.union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.number())]),
  ),
  prediction: z.union([z.number(), z.string(), z.record(z.string(), z.number()), z.null()]),
  score: z.number().nullable(),
  latency_ms: z.number().nullable(),
  error: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  tokens: z.object({ input: z.number(), output: z.number() }).nullable(),
  label: z.union([z.number(), z.string(), z.null()]),
  label_ts: Moment.nullable(),
});
export type StoredEvent = z.infer<typeof StoredEvent>;
/** Newest first; `next` is the cursor of the following page, null on the last. */
export const EventPage = z.object({
  events: z.array(StoredEvent),
  next: z.string().nullable(),
  matched: z.number(),
});
export type EventPage = z.infer<typeof EventPage>;

/** Server-sent events on `/api/v1/stream`: `event:` is the kind, `data:` this object. */
export const StreamMessage = z.object({
  kind: z.enum(['verdicts', 'alerts', 'baselines', 'ingest', 'models']),
  model: z.string().nullable(),
  at: Moment,
});
export type StreamMessage = z.infer<typeof StreamMessage>;
