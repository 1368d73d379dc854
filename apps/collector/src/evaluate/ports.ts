import type { Baseline, ModelSettings, Verdict } from '@leeway/contract';

/** Counts of one signal over `[from, to)`, dense, in the baseline's bin layout. */
export type SignalCounts = ReadonlyMap<string, readonly number[]>;

export interface EvaluationStore {
  /** Versions and segments that had events in `[from, to)` (epoch ms). */
  activeSlices(
    model: string,
    from: number,
    to: number,
  ): Promise<{ version: string; segment: string; events: number }[]>;
  /**
   * Summed histograms of every signal of the baseline for many windows in one query: by step bucket, so that
   * overlapping windows are summed in memory. `bucketMs` divides window and step; the map's keys are bucket starts (epoch ms).
   */
  histogramBuckets(
    model: string,
    baseline: Baseline,
    version: string,
    segment: string,
    from: number,
    to: number,
    bucketMs: number,
  ): Promise<ReadonlyMap<number, SignalCounts>>;
  /**
   * Summed histograms for one window of many models in one question: every version and segment with counts against the
   * baseline that is named beside the model.
   */
  fleetHistograms(
    models: readonly { model: string; baseline: Baseline }[],
    from: number,
    to: number,
  ): Promise<{ model: string; version: string; segment: string; counts: SignalCounts }[]>;
  /** Versions and segments of many models that had events in `[from, to)`. */
  fleetSlices(
    models: readonly string[],
    from: number,
    to: number,
  ): Promise<{ model: string; version: string; segment: string; events: number }[]>;
  /** Writes verdicts; one of the same model, version, segment, signal and window replaces the older. */
  saveVerdicts(verdicts: readonly Verdict[]): Promise<void>;
  /** Opaque JSON state of the sequential detectors of each model by version, segment and signal. */
  loadDetectors(models: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>;
  saveDetectors(model: string, states: ReadonlyMap<string, string>): Promise<void>;
  /** Time of the first and last event of each model (epoch ms); models without events are left out. */
  spans(models: readonly string[]): Promise<ReadonlyMap<string, { first: number; last: number }>>;
  /**
   * End of the newest window of each model already evaluated against the baseline beside it, to go on after a restart;
   * models without any are left out, so that after an activation history is judged again.
   */
  lastEvaluated(models: readonly { model: string; baseline: string }[]): Promise<ReadonlyMap<string, number>>;
}

export interface ModelDirectory {
  /** `counting` is true while retained events are still being counted against a new baseline. */
  models(): readonly {
    model: string;
    settings: ModelSettings;
    baseline: Baseline | null;
    counting?: boolean;
  }[];
}

/** Told after each run which windows of a model were judged; the alert room listens. */
export interface VerdictListener {
  judged(model: string, verdicts: readonly Verdict[], now: number): void | Promise<void>;
}
