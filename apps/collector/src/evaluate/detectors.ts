import type { Baseline, ModelSettings, Verdict } from '@leeway/contract';
import {
  type SequentialState,
  sequentialStart,
  sequentialStep,
  sequentialThreshold,
  summariseSequential,
} from '@leeway/stats';
import type { SignalCounts } from './ports.js';
import { isSeasonal } from './reference.js';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
/** Share of a model's budget of false alerts that the sequential detectors may spend. */
const BUDGET_SHARE = 0.1;
/** Windows after which a detector has forgotten: no rebuild needs to begin earlier. */
export const DETECTOR_MEMORY = 720;

export type SequentialNote = NonNullable<Verdict['sequential']>;

/** The detectors of one model and version: plain data, written to the store as JSON. */
export interface DetectorSet {
  baseline: string;
  /** Length of the windows fed, ms: fed windows never overlap. */
  periodMs: number;
  /** End of the last window fed, epoch ms. */
  fedTo: number;
  states: Record<string, SequentialState>;
}

/**
 * Length of the windows that a model's detectors are fed with: its own windows, or whole days where it has a weekly
 * rhythm, since evidence that adds up over windows would otherwise take every night for a drift.
 */
export function detectorPeriod(baseline: Baseline, settings: ModelSettings): number {
  return isSeasonal(baseline.signals, settings.seasonal)
    ? Math.ceil(settings.window_ms / DAY_MS) * DAY_MS
    : settings.window_ms;
}

/** ln evidence for an alarm, so that all signals together stay within their share of the budget. */
export function detectorThreshold(signals: number, periodMs: number, settings: ModelSettings): number {
  const alarmsAMonth = BUDGET_SHARE * settings.false_alerts_per_day * 30;
  return sequentialThreshold(Math.max(1, signals), MONTH_MS / periodMs, alarmsAMonth);
}

/** Detectors that have seen nothing, ready to be fed from `from` on. */
export function freshDetectors(baseline: Baseline, settings: ModelSettings, from: number): DetectorSet {
  return { baseline: baseline.id, periodMs: detectorPeriod(baseline, settings), fedTo: from, states: {} };
}

/**
 * Feeds one closed window and gives the new set. Windows before `fedTo` are ignored: feeding is idempotent, and a
 * replay gives the same states. A new budget of false alerts is the threshold from the next window on; with another
 * number of bins signals start afresh.
 */
export function feed(
  set: DetectorSet,
  baseline: Baseline,
  settings: ModelSettings,
  window: { start: number; end: number },
  counts: SignalCounts,
): DetectorSet {
  if (window.end <= set.fedTo) return set;
  const states: Record<string, SequentialState> = { ...set.states };
  const threshold = detectorThreshold(baseline.signals.length, set.periodMs, settings);
  const [start, end] = [new Date(window.start).toISOString(), new Date(window.end).toISOString()];
  for (const signal of baseline.signals) {
    const current = counts.get(signal.signal);
    if (!current) continue;
    const known = states[signal.signal];
    const before =
      known?.options.bins === settings.bins
        ? { ...known, options: { ...known.options, threshold } }
        : sequentialStart(signal, signal.counts, { bins: settings.bins, threshold, phi: signal.phi });
    states[signal.signal] = sequentialStep(before, current, end, start);
  }
  return { ...set, states, fedTo: window.end };
}

/** What verdicts say of each detector. */
export function notesOf(set: DetectorSet): Map<string, SequentialNote> {
  const notes = new Map<string, SequentialNote>();
  for (const [signal, state] of Object.entries(set.states)) {
    const summary = summariseSequential(state);
    if (summary) notes.set(signal, summary);
  }
  return notes;
}

/** Reads a stored set; null when it is none, or belongs to another baseline or rhythm. */
export function parseDetectors(
  text: string | undefined,
  baseline: Baseline,
  settings: ModelSettings,
): DetectorSet | null {
  if (text === undefined) return null;
  try {
    const set = JSON.parse(text) as DetectorSet;
    const fits = set.baseline === baseline.id && set.periodMs === detectorPeriod(baseline, settings);
    return fits && Number.isFinite(set.fedTo) && typeof set.states === 'object' ? set : null;
  } catch {
    return null;
  }
}
