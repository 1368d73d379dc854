import {
  type Baseline,
  type BaselineSignal,
  type ModelSettings,
  type Verdict,
  worstVerdict,
} from '@leeway/contract';
import { type JudgeInput, judgeSignals, type SignalJudgement } from '@leeway/stats';
import type { SignalCounts } from './ports.js';
import { referenceFor } from './reference.js';
import type { Window } from './schedule.js';

const DAY_MS = 86_400_000;
/** Chance of seeing a drift of the moderate band's size that a quiet window must have to be called stable. */
const POWER = 0.8;

export interface WindowInput {
  model: string;
  version: string;
  segment: string;
  baseline: Baseline;
  settings: ModelSettings;
  window: Window;
  counts: SignalCounts;
  /** Versions and segments judged for this window together: they share the budget of false alerts. */
  slices: number;
  /** What the sequential detectors say at the window's end, by signal. */
  sequential: ReadonlyMap<string, NonNullable<Verdict['sequential']>>;
  now: number;
}

/**
 * Judges all signals of one version and segment in one window. Pure. Signals without bins that could be counted
 * (labels that have not come yet) are left out; a signal without rows in the window is `no_data`.
 */
export function judgeWindow(input: WindowInput): Verdict[] {
  const { baseline, settings, counts, window } = input;
  const signals = baseline.signals.filter((signal) => signal.role !== 'label' || counts.has(signal.signal));
  const judged = judgeSignals(
    signals.map((signal): JudgeInput => {
      const reference = referenceFor(signal, window, settings.seasonal);
      return {
        signal: signal.signal,
        spec: signal,
        baseline: signal.counts,
        current: counts.get(signal.signal) ?? new Array<number>(signal.counts.length).fill(0),
        phi: signal.phi,
        reference,
      };
    }),
    {
      bins: settings.bins,
      moderate: settings.moderate,
      significant: settings.significant,
      falseAlertsPerDay: settings.false_alerts_per_day,
      // Overlapping windows are each a chance to be wrong: all of them share the day's budget.
      windowsPerDay: (DAY_MS / settings.step_ms) * Math.max(1, input.slices),
      power: POWER,
    },
  );
  return judged.map((one, i) => toVerdict(input, signals[i]!, one));
}

function toVerdict(input: WindowInput, signal: BaselineSignal, judged: SignalJudgement): Verdict {
  const { window, now } = input;
  const sequential = input.sequential.get(signal.signal) ?? null;
  const drifting = sequential?.drifting === true && judged.verdict !== 'no_data';
  const verdict = drifting ? worstVerdict([judged.verdict, 'drifting']) : judged.verdict;
  return {
    model: input.model,
    version: input.version,
    segment: input.segment,
    kind: signal.kind,
    role: signal.role,
    baseline: input.baseline.id,
    window_start: new Date(window.start).toISOString(),
    window_end: new Date(window.end).toISOString(),
    evaluated_at: new Date(now).toISOString(),
    historical: window.historical,
    ...judged,
    verdict,
    reason: verdict === 'drifting' ? driftReason(judged, sequential) : judged.reason,
    sequential,
  };
}

function driftReason(judged: SignalJudgement, sequential: Verdict['sequential']): string {
  const since = sequential?.onset ? ` since ${sequential.onset.slice(0, 16).replace('T', ' ')} UTC` : '';
  return `Small but steady drift${since}, more than any one window shows. This window alone: ${judged.reason}`;
}
