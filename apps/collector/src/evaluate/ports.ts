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
  /** Opaque JSON state of the sequential detectors by model, version, segment and signal. */
  loadDetectors(model: string): Promise<ReadonlyMap<string, string>>;
  saveDetectors(model: string, states: ReadonlyMap<string, string>): Promise<void>;
  /** Time of the first and last event of a model (epoch ms), null without events. */
  span(model: string): Promise<{ first: number; last: number } | null>;
  /**
   * End of the newest window already evaluated, to go on after a restart; null when none. With `baseline` only
   * verdicts against that baseline count: after an activation history is judged again.
   */
  lastEvaluated(model: string, baseline?: string): Promise<number | null>;
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
