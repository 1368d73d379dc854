import type { TableSpec } from './table.js';

const NAME = 'LowCardinality(String)';
const TIME = "DateTime64(3, 'UTC')";
/** Few and precious rows: they are on the disk, not only in its cache, when an insert is acknowledged. */
const DURABLE = { fsync_after_insert: 1, fsync_part_directory: 1 };
const NULLABLE_NUMBERS = [
  'psi',
  'psi_debiased',
  'js_divergence',
  'js_distance',
  'ks_low',
  'ks_high',
  'chi2',
  'dof',
  'p_value',
  'q_value',
  'missing_baseline',
  'missing_current',
  'unseen_share',
  'out_of_range_share',
  'rows_needed',
];

/** Columns of `outcomes`: rows counted, and sums over them. */
export const OUTCOME_COUNTS = [
  'events',
  'known',
  'regression',
  'classified',
  'correct',
  'tp',
  'fp',
  'fn',
  'estimable',
] as const;
export const OUTCOME_SUMS = ['absolute', 'squared', 'signed', 'estimated'] as const;

/**
 * One prediction. Feature values stand in arrays at the positions of `features`; a shorter array means that the
 * features beyond its end are missing. Numbers keep all 64 bits, because a value and a bin edge that were equal in
 * the training data must stay equal. ZSTD(2) takes a third less than ZSTD(1) on six-digit numbers and is smaller and
 * faster than ZSTD(3); the float codecs (Gorilla, FPC) make such numbers larger.
 *
 * Parts of up to 64 MiB keep their columns in one file: a batch in some forty files took 1.7 times as long to insert
 * and to merge. Ten parts or more are merged at once: every row is then rewritten about half as often.
 */
const events: TableSpec = {
  name: 'events',
  columns: [
    `model ${NAME}`,
    `version ${NAME}`,
    'id String CODEC(ZSTD(1))',
    `ts ${TIME} CODEC(Delta(8), ZSTD(1))`,
    'numeric Array(Float64) CODEC(ZSTD(2))',
    'categorical Array(LowCardinality(Nullable(String)))',
    'embeddings Array(Array(Float32)) CODEC(ZSTD(1))',
    'prediction Float64 CODEC(ZSTD(1))',
    'prediction_class LowCardinality(Nullable(String))',
    'probabilities Map(LowCardinality(String), Float64) CODEC(ZSTD(1))',
    'score Float64 CODEC(ZSTD(1))',
    'latency_ms Float64 CODEC(ZSTD(1))',
    'error Nullable(String) CODEC(ZSTD(1))',
    'tags Map(LowCardinality(String), String) CODEC(ZSTD(1))',
    'tokens_input Nullable(UInt32) CODEC(ZSTD(1))',
    'tokens_output Nullable(UInt32) CODEC(ZSTD(1))',
    `source ${NAME}`,
    'offset Int64 CODEC(Delta(8), ZSTD(1))',
    'epoch UInt32 CODEC(Delta(4), ZSTD(1))',
    `received_at ${TIME} CODEC(Delta(8), ZSTD(1))`,
    'INDEX event_id id TYPE bloom_filter(0.01) GRANULARITY 4',
    'INDEX event_offset offset TYPE minmax GRANULARITY 1',
    'INDEX event_source source TYPE bloom_filter(0.01) GRANULARITY 4',
    'INDEX event_received received_at TYPE minmax GRANULARITY 1',
  ],
  engine: 'MergeTree',
  partitionBy: 'toMonday(ts)',
  orderBy: '(model, version, ts)',
  ttl: { column: 'ts', days: 'events' },
  settings: { min_bytes_for_wide_part: 64 * 1_048_576, min_parts_to_merge_at_once: 10 },
  shardBy: 'cityHash64(model, id)',
};

/** One delayed outcome; a later one of the same event replaces it. */
const labels: TableSpec = {
  name: 'labels',
  columns: [
    `model ${NAME}`,
    'id String CODEC(ZSTD(1))',
    `ts ${TIME} CODEC(Delta(8), ZSTD(1))`,
    'number Float64 CODEC(ZSTD(1))',
    'class LowCardinality(Nullable(String))',
    `source ${NAME}`,
    'offset Int64 CODEC(Delta(8), ZSTD(1))',
    `received_at ${TIME} CODEC(Delta(8), ZSTD(1))`,
    'INDEX label_received received_at TYPE minmax GRANULARITY 1',
  ],
  engine: 'ReplacingMergeTree',
  arguments: 'ts',
  orderBy: '(model, id)',
  // A page of events looks up its labels one by one.
  settings: { index_granularity: 512 },
  ttl: { column: 'received_at', days: 'minutes' },
  shardBy: 'cityHash64(model, id)',
};

/** Counts per minute in the dense layout of the baseline's bins, sparse. Values may be negative: see the audit. */
const histograms: TableSpec = {
  name: 'histograms',
  columns: [
    `model ${NAME}`,
    `version ${NAME}`,
    `baseline ${NAME}`,
    `segment ${NAME}`,
    `signal ${NAME}`,
    "minute DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
    'bins SimpleAggregateFunction(sumMap, Map(UInt16, Int64)) CODEC(ZSTD(1))',
  ],
  engine: 'AggregatingMergeTree',
  partitionBy: 'toMonday(minute)',
  orderBy: '(model, version, baseline, segment, minute, signal)',
  ttl: { column: 'minute', days: 'minutes' },
  settings: { index_granularity: 1024 },
  shardBy: 'cityHash64(model, version, segment)',
};

/**
 * The same per hour, for long ranges. A recomputed hour replaces the older one: see rollup. Long ranges are mostly
 * asked for one signal, hence its place in the key; windows of minutes are asked for all signals at once.
 */
const histogramsHour: TableSpec = {
  name: 'histograms_hour',
  columns: [
    `model ${NAME}`,
    `version ${NAME}`,
    `baseline ${NAME}`,
    `segment ${NAME}`,
    `signal ${NAME}`,
    "hour DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
    'bins Map(UInt16, Int64) CODEC(ZSTD(1))',
    `computed_at ${TIME}`,
  ],
  engine: 'ReplacingMergeTree',
  arguments: 'computed_at',
  partitionBy: 'toYYYYMM(hour)',
  orderBy: '(model, version, baseline, segment, signal, hour)',
  ttl: { column: 'hour', days: 'hours' },
  settings: { index_granularity: 1024 },
  shardBy: 'cityHash64(model, version, segment)',
};

/** The same per day (UTC), made from hours, for sums over weeks and months of many signals. */
const histogramsDay: TableSpec = {
  ...histogramsHour,
  name: 'histograms_day',
  columns: histogramsHour.columns.map((column) => column.replace(/^hour /, 'day ')),
  partitionBy: 'toYYYYMM(day)',
  orderBy: '(model, version, baseline, segment, signal, day)',
  ttl: { column: 'day', days: 'hours' },
};

/** Sums per minute that are no histogram. */
const TRAFFIC_SUMS = ['requests', 'errors', 'rejected', 'anomalies', 'tokens_input', 'tokens_output'];
const traffic: TableSpec = {
  name: 'traffic',
  columns: [
    `model ${NAME}`,
    `version ${NAME}`,
    `segment ${NAME}`,
    "minute DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
    ...TRAFFIC_SUMS.map((name) => `${name} Int64 CODEC(ZSTD(1))`),
  ],
  engine: 'SummingMergeTree',
  partitionBy: 'toMonday(minute)',
  orderBy: '(model, version, segment, minute)',
  ttl: { column: 'minute', days: 'minutes' },
  shardBy: 'cityHash64(model, version, segment)',
};
const trafficHour: TableSpec = {
  name: 'traffic_hour',
  columns: [
    `model ${NAME}`,
    `version ${NAME}`,
    `segment ${NAME}`,
    "hour DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
    ...TRAFFIC_SUMS.map((name) => `${name} Int64 CODEC(ZSTD(1))`),
    `computed_at ${TIME}`,
  ],
  engine: 'ReplacingMergeTree',
  arguments: 'computed_at',
  partitionBy: 'toYYYYMM(hour)',
  orderBy: '(model, version, segment, hour)',
  ttl: { column: 'hour', days: 'hours' },
  shardBy: 'cityHash64(model, version, segment)',
};

/** One evaluated window of one signal; a re-evaluation replaces it. */
const verdicts: TableSpec = {
  name: 'verdicts',
  columns: [
    `model ${NAME}`,
    `version ${NAME}`,
    `segment ${NAME}`,
    `signal ${NAME}`,
    `kind ${NAME}`,
    `role ${NAME}`,
    `baseline ${NAME}`,
    `window_start ${TIME} CODEC(Delta(8), ZSTD(1))`,
    `window_end ${TIME} CODEC(Delta(8), ZSTD(1))`,
    `evaluated_at ${TIME} CODEC(Delta(8), ZSTD(1))`,
    'historical Bool',
    'n_baseline Float64 CODEC(ZSTD(1))',
    'n_current Float64 CODEC(ZSTD(1))',
    ...NULLABLE_NUMBERS.map((name) => `${name} Nullable(Float64) CODEC(ZSTD(1))`),
    'phi Float64 CODEC(ZSTD(1))',
    `reference ${NAME}`,
    `verdict ${NAME}`,
    'reason String CODEC(ZSTD(3))',
    'direction String CODEC(ZSTD(3))',
    'sequential String CODEC(ZSTD(3))',
  ],
  engine: 'ReplacingMergeTree',
  arguments: 'evaluated_at',
  partitionBy: 'toYYYYMM(window_end)',
  orderBy: '(model, version, segment, window_end, window_start, signal)',
  ttl: { column: 'window_end', days: 'hours' },
  shardBy: 'cityHash64(model, version, segment)',
};

/** Sums over the predictions of one minute and what their labels say, counted anew when either changes: see outcomes. */
const outcomes: TableSpec = {
  name: 'outcomes',
  columns: [
    `model ${NAME}`,
    `version ${NAME}`,
    "minute DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
    ...OUTCOME_COUNTS.map((name) => `${name} Int64 CODEC(ZSTD(1))`),
    ...OUTCOME_SUMS.map((name) => `${name} Float64 CODEC(ZSTD(1))`),
    `computed_at ${TIME} CODEC(Delta(8), ZSTD(1))`,
  ],
  engine: 'ReplacingMergeTree',
  arguments: 'computed_at',
  partitionBy: 'toMonday(minute)',
  orderBy: '(model, version, minute)',
  ttl: { column: 'minute', days: 'minutes' },
  shardBy: 'cityHash64(model, version)',
};

const features: TableSpec = {
  name: 'features',
  columns: ['model String', 'kind String', 'position UInt32', 'name String', "at DateTime64(3, 'UTC')"],
  engine: 'MergeTree',
  orderBy: '(model, kind, position)',
  settings: DURABLE,
};
const baselines: TableSpec = {
  name: 'baselines',
  columns: ['model String', 'id String', 'name String', `created_at ${TIME}`, 'body String CODEC(ZSTD(3))'],
  engine: 'ReplacingMergeTree',
  orderBy: '(model, id)',
  settings: DURABLE,
};
/** State of the sequential detectors: the newest row of a key counts. */
const detectors: TableSpec = {
  name: 'detectors',
  columns: [`model ${NAME}`, 'key String', 'state String CODEC(ZSTD(1))', `at ${TIME}`],
  engine: 'ReplacingMergeTree',
  arguments: 'at',
  orderBy: '(model, key)',
};
/** Everything that operators and alerts did, append-only; state at start-up is its replay. */
const journal: TableSpec = {
  name: 'journal',
  columns: [
    'seq UInt32',
    `at ${TIME}`,
    `kind ${NAME}`,
    `model ${NAME}`,
    'writer String',
    'body String CODEC(ZSTD(3))',
  ],
  engine: 'MergeTree',
  orderBy: 'seq',
  settings: DURABLE,
};
/** What could not be taken; `payload` is base64. The same record has the same id, so a repeat replaces itself. */
const deadLetters: TableSpec = {
  name: 'dead_letters',
  columns: [
    'id String',
    `at ${TIME}`,
    `source ${NAME}`,
    'partition Nullable(Int32)',
    'offset Nullable(Int64)',
    `stage ${NAME}`,
    `code ${NAME}`,
    'message String CODEC(ZSTD(1))',
    'payload String CODEC(ZSTD(3))',
  ],
  engine: 'ReplacingMergeTree',
  arguments: 'at',
  orderBy: 'id',
  ttl: { column: 'at', days: 'events' },
  shardBy: 'cityHash64(id)',
};

/** Every table of the store, in the order they are created. */
export const TABLES: readonly TableSpec[] = [
  events,
  labels,
  histograms,
  histogramsHour,
  histogramsDay,
  traffic,
  trafficHour,
  outcomes,
  verdicts,
  features,
  baselines,
  detectors,
  journal,
  deadLetters,
];
