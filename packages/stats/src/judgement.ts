import type { BinSpec } from './bins.js';
import type { Medians, SignalDirection } from './direction.js';

/** One signal of one window, as counts in the layout of `BinSpec`. */
export interface JudgeInput {
  signal: string;
  spec: BinSpec;
  baseline: readonly number[];
  current: readonly number[];
  /** Overdispersion of the rows, from the baseline's blocks; 1 = independent. */
  phi?: number;
  /** Counts to compare with instead of the whole baseline, e.g. its same hours of the week. */
  reference?: { kind: 'all' | 'hour_of_week'; counts: readonly number[] };
  /** Exact medians of numbers for the direction's words, where raw values are at hand; else they are read from counts. */
  medians?: Medians;
}

export interface JudgeSettings {
  /** Regular bins PSI, JS and chi-square are computed on. */
  bins: number;
  /** Bands of the de-biased PSI. */
  moderate: number;
  significant: number;
  /** False alerts a day that all signals of one call may raise together, over `windowsPerDay` such calls. */
  falseAlertsPerDay: number;
  windowsPerDay: number;
  /** Chance of seeing a true PSI at the moderate band that makes a quiet window `stable` and not `insufficient`. */
  power: number;
}

export const DEFAULT_JUDGE_SETTINGS: JudgeSettings = {
  bins: 10,
  moderate: 0.1,
  significant: 0.2,
  falseAlertsPerDay: 0.05,
  windowsPerDay: 24,
  power: 0.8,
};

/** The bands of one window; `drifting` comes from the sequential detector. */
export type WindowVerdict = 'stable' | 'moderate' | 'significant' | 'insufficient_data' | 'no_data';

/** What one window says of one signal. Null where a statistic can't be told; never NaN. */
export interface SignalJudgement {
  signal: string;
  n_baseline: number;
  n_current: number;
  /** Laplace-smoothed PSI (half a row a bin): finite whatever the counts. */
  psi: number | null;
  /** PSI less φ·(B − 1)/n_eff, what chance alone adds: the number the bands are held against. */
  psi_debiased: number | null;
  /** Jensen–Shannon divergence in bits, 0..1, and its square root. */
  js_divergence: number | null;
  js_distance: number | null;
  ks_low: number | null;
  ks_high: number | null;
  /** Pearson's two-sample chi-square over φ on the bins that PSI is of; null where just one bin is occupied. */
  chi2: number | null;
  dof: number | null;
  /** The least p of the tests that weigh the evidence, on chi-square's scale (`weighEvidence`). */
  p_value: number | null;
  q_value: number | null;
  phi: number;
  reference: 'all' | 'hour_of_week';
  missing_baseline: number | null;
  missing_current: number | null;
  unseen_share: number | null;
  out_of_range_share: number | null;
  verdict: WindowVerdict;
  reason: string;
  rows_needed: number | null;
  direction: SignalDirection | null;
}
