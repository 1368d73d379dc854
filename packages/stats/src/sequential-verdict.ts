import type { SequentialState } from './sequential.js';

/** What a reader needs of a sequential state. */
export interface SequentialSummary {
  log_evidence: number;
  threshold: number;
  drifting: boolean;
  onset: string | null;
}

/** The state in brief; null before the first window with rows. */
export function summariseSequential(state: SequentialState): SequentialSummary | null {
  if (state.log_evidence === null) return null;
  return {
    log_evidence: state.log_evidence,
    threshold: state.options.threshold,
    drifting: state.drifting,
    onset: state.onset,
  };
}

/** Why a signal is drifting, in one sentence; null when it isn't. */
export function driftingReason(state: SequentialState): string | null {
  if (!state.drifting || state.onset === null || state.log_evidence === null) return null;
  const evidence = Math.round(state.log_evidence);
  return `drifting since ${state.onset}: evidence e^${evidence} over the windows since, alarm at e^${Math.round(state.options.threshold)}`;
}
