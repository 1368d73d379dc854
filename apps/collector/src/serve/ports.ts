import type {
  Baseline,
  BaselineOptions,
  BaselineSummary,
  DeadLetter,
  DeadLetterList,
  DistributionOverTime,
  EventPage,
  HeatMap,
  IngestAnswer,
  Marker,
  ModelDetail,
  ModelSettings,
  ModelSummary,
  SegmentList,
  Series,
  SeriesMetric,
  SignalBins,
  StatusReport,
  Verdict,
} from '@leeway/contract';
import type { ZodType } from 'zod';

/** A half-open time range in epoch ms. */
export interface Range {
  from: number;
  to: number;
}
export interface SliceKey extends Range {
  model: string;
  /** Undefined = all versions. */
  version?: string;
  segment: string;
}

/** Reads for people: one method a question. All times are epoch ms, all results contract shapes. */
export interface ReadStore {
  summaries(range: Range, models: readonly string[]): Promise<Map<string, SummaryFigures>>;
  verdicts(
    key: SliceKey & { signal?: string; limit: number },
  ): Promise<{ verdicts: Verdict[]; truncated: boolean }>;
  /** Newest verdict of each signal of a slice. */
  latestVerdicts(model: string, version: string | undefined, segment: string): Promise<Verdict[]>;
  /** The worst verdict of each model's newest window over all events; `now` bounds how far back is looked. */
  worstVerdicts(models: readonly string[], now: number): Promise<Map<string, WorstVerdict>>;
  heatMapCells(key: SliceKey & { columns: number }): Promise<Omit<HeatMap, 'markers' | 'window_ms'>>;
  /** Series in the order of `metrics`. */
  series(
    key: SliceKey & { metrics: readonly SeriesMetric[]; signal?: string; points: number },
  ): Promise<Omit<Series, 'thresholds'>[]>;
  /** Dense counts of one or all signals of a baseline over a slice. */
  counts(
    key: SliceKey,
    baseline: Baseline,
    signals?: readonly string[],
  ): Promise<ReadonlyMap<string, readonly number[]>>;
  countsOverTime(
    key: SliceKey,
    baseline: Baseline,
    signal: string,
    buckets: number,
  ): Promise<{ t: number; counts: readonly number[] }[]>;
  countsBySegment(
    key: Omit<SliceKey, 'segment'>,
    baseline: Baseline,
    signal: string,
    tag: string,
  ): Promise<{ segment: string; counts: readonly number[] }[]>;
  events(query: EventQuery): Promise<EventPage>;
  segments(model: string): Promise<string[]>;
  markers(model: string, range: Range): Promise<Marker[]>;
  deadLetters(query: DeadLetterQuery): Promise<DeadLetterList>;
  /** With all its bytes; null when there is none. */
  deadLetter(id: string): Promise<DeadLetter | null>;
  tables(): Promise<{ table: string; rows: number; bytes: number }[]>;
}

/** Which dead letters, newest first; `cursor` is the `next` of the page before. */
export interface DeadLetterQuery {
  limit: number;
  cursor?: string;
  code?: string;
  stage?: string;
  /** A topic, one partition of it (`topic:3`), or `http`. */
  source?: string;
}

/** What one row of the fleet says of a verdict. */
export type WorstVerdict = Pick<
  Verdict,
  'signal' | 'verdict' | 'psi_debiased' | 'n_current' | 'reason' | 'direction' | 'window_end'
>;

/** Figures of one model over a range; `latency` are sparse counts on the fixed logarithmic bins. */
export interface SummaryFigures {
  versions: string[];
  events: number;
  errors: number;
  /** Labelled events over events, null without labels. */
  labelCoverage: number | null;
  firstEvent: number | null;
  lastEvent: number | null;
  latency: ReadonlyMap<number, number>;
  /** Worst de-biased PSI and requests by bucket, oldest first. */
  psi: (number | null)[];
  traffic: (number | null)[];
}

export interface EventQuery extends Range {
  model: string;
  version?: string;
  id?: string;
  tags: { tag: string; value: string }[];
  features: { name: string; op: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'missing'; value: string }[];
  limit: number;
  cursor?: string;
}

export interface BaselineRoom {
  list(model?: string): BaselineSummary[];
  get(id: string): Baseline | null;
  active(model: string): Baseline | null;
  /** Builds, stores and (by default) activates a baseline from a file on disk. Throws `BaselineError` with a code. */
  create(
    model: string,
    file: { path: string; name: string },
    options: BaselineOptions,
  ): Promise<BaselineSummary>;
  activate(id: string): Promise<BaselineSummary>;
}

export interface IngestRoom {
  /** Body bytes of one request, already decompressed; resolves when the accepted events are stored. */
  events(body: Buffer, contentType: string, headers: Record<string, string>): Promise<IngestAnswer>;
  labels(body: Buffer, contentType: string, headers: Record<string, string>): Promise<IngestAnswer>;
  status(): StatusReport['ingest'];
}

export interface ModelRoom {
  list(): readonly string[];
  settings(model: string): ModelSettings;
  saveSettings(model: string, change: Partial<ModelSettings>, author: string): Promise<ModelSettings>;
}

/** What the alert room tells the rest of the API; its own routes come as a fastify plugin. */
export interface AlertCounts {
  rules: number;
  firing: number;
  pending: number;
  /** Firing and pending alerts of one model. */
  ofModel(model: string): { firing: number; pending: number };
}

/** One route of another room, free of any web framework. `path` is under `/api/v1`, parameters as `:name`. */
export interface DescribedRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  summary: string;
  schema: { params?: ZodType; querystring?: ZodType; body?: ZodType; response: Record<number, ZodType> };
  /** Gets the parts as the schemas parsed them. May throw an `AlertProblem` with one of the API's problem codes. */
  handler(input: {
    params: unknown;
    query: unknown;
    body: unknown;
  }): Promise<{ status: number; body: unknown }>;
}

export interface EvaluateRoom {
  status(): StatusReport['evaluate'];
}

/** Writes markers that operators report, such as deploys, to the journal. */
export interface ChangeLog {
  deploy(mark: { model: string; at: number; version: string | null; text: string }): Promise<void>;
}

/** Outcome of an audit: times in epoch ms, figures in minutes. */
export interface AuditFigures extends Range {
  minutes: number;
  wrongMinutes: number;
  repaired: number;
}

export interface StoreHealth {
  mode: 'embedded' | 'server';
  /** A quick question to the store; the sentence is for people. */
  check(): Promise<{ ok: boolean; detail: string }>;
}

export type { Baseline, DistributionOverTime, ModelDetail, ModelSummary, SegmentList, SignalBins };
