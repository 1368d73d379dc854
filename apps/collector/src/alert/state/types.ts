import type { Direction } from '@leeway/contract';

/** Where an alert instance stands; the words of docs/alerting.md. */
export type Phase = 'inactive' | 'pending' | 'firing' | 'resolved';

/** What the newest window could tell. Anything but `ok` neither resolves nor escalates an alert. */
export type Evidence = 'ok' | 'insufficient' | 'no_data' | 'error';

/** What one rule saw in one window of one slice. */
export type Observation =
  | { kind: 'breach'; value: number | null; windowStart: number }
  | { kind: 'clear'; value: number | null }
  /** Inside the hysteresis gap: back under the threshold, not yet past the recovery threshold. */
  | { kind: 'between'; value: number | null }
  | { kind: 'insufficient'; rows: number; needed: number }
  | { kind: 'no_data'; since: number | null }
  | { kind: 'error'; reason: string }
  /** The rule or its baseline is gone, so nothing can be said any more. */
  | { kind: 'withdrawn'; reason: WithdrawalReason };

/** Why nothing can be said of an alert any more: it ends, and did not recover. */
export const WITHDRAWALS = ['rule_removed', 'rule_changed', 'baseline_replaced'] as const;
export type WithdrawalReason = (typeof WITHDRAWALS)[number];

/** Why a state changed, as the journal names it. */
export type Reason =
  | 'breach_started'
  | 'held_for'
  | 'recovered_before_for'
  | 'evidence_paused'
  | 'evidence_returned'
  | 'evidence_lost'
  | 'recovery_started'
  | 'recovery_interrupted'
  | 'recovered'
  | WithdrawalReason
  | 'breach_again'
  | 'no_data'
  | 'error';

/** The state of one alert instance. Times in epoch ms; all of it is in every journal entry. */
export interface AlertMachine {
  phase: Phase;
  /** The newest `now` this state has seen: time never goes back behind it. */
  at: number;
  /** 0 before the first breach, then 1, 2, … */
  episode: number;
  /** Start of the first bad window of this episode. */
  since: number | null;
  pendingAt: number | null;
  /** Breach time of this episode that was counted before the timer was last paused. */
  heldMs: number;
  /** Since when the `for` timer runs; null while it is paused. */
  runningSince: number | null;
  firedAt: number | null;
  resolvedAt: number | null;
  /** Since when the value has been past the recovery threshold without a break. */
  clearSince: number | null;
  evidence: Evidence;
  /** The reason of the last transition. */
  reason: Reason | null;
}

/** The two durations of a rule that the state machine needs, in ms. */
export interface Timing {
  forMs: number;
  keepFiringForMs: number;
}

export interface Transition {
  from: Phase;
  to: Phase;
  reason: Reason;
}

export interface Step {
  state: AlertMachine;
  transitions: Transition[];
}

/** What people read about the newest window behind an alert. */
export interface Detail {
  value: number | null;
  threshold: number;
  unit: string;
  n: number | null;
  window: { from: number; to: number } | null;
  baseline: string | null;
  direction: Direction | null;
  importance: number | null;
  summary: string;
}

/** Which slice of which model a rule looked at. `signal` is null for rules over the whole model. */
export interface Slice {
  model: string;
  version: string;
  segment: string;
  signal: string | null;
}

export const INACTIVE: Readonly<AlertMachine> = {
  phase: 'inactive',
  at: Number.NEGATIVE_INFINITY,
  episode: 0,
  since: null,
  pendingAt: null,
  heldMs: 0,
  runningSince: null,
  firedAt: null,
  resolvedAt: null,
  clearSince: null,
  evidence: 'ok',
  reason: null,
};
