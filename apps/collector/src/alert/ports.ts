import type { Baseline, ModelSettings, Verdict } from '@leeway/contract';

/** One thing that happened. `seq` is its position, given by the store; `body` is JSON by `kind`. */
export interface JournalEntry {
  seq: number;
  at: number;
  /** e.g. `alert`, `rule`, `silence`, `ack`, `notification`, `delivery`, `incident`, `checkpoint`. */
  kind: string;
  model: string;
  body: unknown;
}

export interface Journal {
  /** Durable (fsynced) when it resolves; entries keep the order of the calls. */
  append(entries: readonly Omit<JournalEntry, 'seq'>[]): Promise<JournalEntry[]>;
  /** All entries of these kinds behind position `after` (0 when absent) in order, in bounded pages. */
  replay(
    kinds: readonly string[],
    page: (entries: readonly JournalEntry[]) => void,
    after?: number,
  ): Promise<void>;
  /** The newest entry of a kind, null without any. */
  newest(kind: string): Promise<JournalEntry | null>;
  /** How many entries of these kinds there are behind `after` and up to `upTo`. */
  count(kinds: readonly string[], after: number, upTo: number): Promise<number>;
}

/** Operational figures of one model, version and segment over one window. Null = cannot be told. */
export interface OperationalWindow {
  model: string;
  version: string;
  segment: string;
  from: number;
  to: number;
  requests: number;
  errors: number;
  rejected: number;
  anomalies: number;
  tokensInput: number;
  tokensOutput: number;
  /** Sparse latency counts on the fixed logarithmic bins of @leeway/stats. */
  latency: ReadonlyMap<number, number>;
  /** Realised performance where labels joined: metric name → value, with rows and coverage. */
  performance: Record<string, number | null>;
  /** What `performance` was computed from; null where no label joined. */
  performanceSums: PerformanceSums | null;
  labelled: number;
}

/** Counts and power sums behind performance figures: they tell how sure a figure is. */
export interface PerformanceSums {
  /** Rows with a number predicted and a number as label, and power sums of the miss (prediction − label). */
  regression: number;
  signed: number;
  absolute: number;
  squared: number;
  signed3: number;
  absolute3: number;
  power4: number;
  power6: number;
  /** Rows with a class predicted and a label. */
  classified: number;
  correct: number;
  tp: number;
  fp: number;
  fn: number;
  auc: number | null;
  positives: number;
  negatives: number;
  /** Rows with a calibrated score, and power sums of the chance of the likelier class. */
  estimable: number;
  estimated: number;
  estimated2: number;
  estimated3: number;
}

export interface AlertFacts {
  /** Operational figures of every version and segment of a model over `[from, to)`. */
  operational(model: string, from: number, to: number): Promise<OperationalWindow[]>;
  /** The same for many models at once, without `performance` and `labelled`: what most rules look at every minute. */
  operationalFleet(models: readonly string[], from: number, to: number): Promise<OperationalWindow[]>;
  /** Stored verdicts of a model whose windows end in `(from, to]`, oldest first (backtest). */
  verdicts(model: string, from: number, to: number): Promise<Verdict[]>;
  lastEvent(model: string): Promise<number | null>;
  /** The oldest event that is kept of a model, epoch ms; null without any. */
  firstEvent(model: string): Promise<number | null>;
  models(): readonly { model: string; settings: ModelSettings; baseline: Baseline | null }[];
  /** First event of each version, and deploys, in a range: markers near an onset. */
  changes(model: string, from: number, to: number): Promise<{ at: number; text: string }[]>;
}
