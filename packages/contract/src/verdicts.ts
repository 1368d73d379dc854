import { z } from 'zod';
import { Moment, SignalKind, SignalRole, VerdictKind } from './words.js';

export const BinMove = z.object({ bin: z.string(), baseline_share: z.number(), current_share: z.number() });
export type BinMove = z.infer<typeof BinMove>;

/** Which way a signal moved, so that a reader sees what changed. */
export const Direction = z.object({
  /** `up`, `down`, `wider`, `narrower` for numbers; `mixed` for categories; `none` when nothing moved. */
  way: z.enum(['up', 'down', 'wider', 'narrower', 'mixed', 'none']),
  /** One plain sentence, e.g. `median 720 → 1,160 (×1.61)`. */
  text: z.string(),
  /** Approximate from the bins; null for categorical signals. */
  median_baseline: z.number().nullable(),
  median_current: z.number().nullable(),
  gained: z.array(BinMove),
  lost: z.array(BinMove),
});
export type Direction = z.infer<typeof Direction>;

/** One signal judged in one window. Statistics are null where they can't be told (no rows), never NaN. */
export const Verdict = z.object({
  model: z.string(),
  version: z.string(),
  /** `''` for all events, else `tag=value`. */
  segment: z.string(),
  signal: z.string(),
  kind: SignalKind,
  role: SignalRole,
  baseline: z.string(),
  window_start: Moment,
  window_end: Moment,
  evaluated_at: Moment,
  /** True when the window had ended before its first evaluation was due (history, late events): it never alerts. */
  historical: z.boolean(),
  n_baseline: z.number(),
  n_current: z.number(),
  psi: z.number().nullable(),
  psi_debiased: z.number().nullable(),
  js_divergence: z.number().nullable(),
  js_distance: z.number().nullable(),
  ks_low: z.number().nullable(),
  ks_high: z.number().nullable(),
  chi2: z.number().nullable(),
  dof: z.number().nullable(),
  p_value: z.number().nullable(),
  q_value: z.number().nullable(),
  phi: z.number(),
  /** `all` = the whole baseline; `hour_of_week` = the baseline's same hours of the week. */
  reference: z.enum(['all', 'hour_of_week']),
  missing_baseline: z.number().nullable(),
  missing_current: z.number().nullable(),
  unseen_share: z.number().nullable(),
  out_of_range_share: z.number().nullable(),
  verdict: VerdictKind,
  /** Why, as a sentence for people, e.g. `PSI 0.41 on 4,213 events (needs 310 to tell)`. */
  reason: z.string(),
  /** Events needed before this signal can be judged at the moderate band. */
  rows_needed: z.number().nullable(),
  direction: Direction.nullable(),
  /** Sequential detector: evidence so far, and since when it points to a drift (verdict `drifting`). */
  sequential: z
    .object({
      log_evidence: z.number(),
      threshold: z.number(),
      drifting: z.boolean(),
      onset: Moment.nullable(),
    })
    .nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

/** What a comparison of two samples says of one signal (file mode and the API's `compare`). */
export const ComparedSignal = Verdict.pick({
  signal: true,
  kind: true,
  n_baseline: true,
  n_current: true,
  psi: true,
  psi_debiased: true,
  js_divergence: true,
  js_distance: true,
  ks_low: true,
  ks_high: true,
  chi2: true,
  dof: true,
  p_value: true,
  q_value: true,
  verdict: true,
  reason: true,
  rows_needed: true,
  direction: true,
  missing_baseline: true,
  missing_current: true,
  unseen_share: true,
  out_of_range_share: true,
});
export type ComparedSignal = z.infer<typeof ComparedSignal>;

export const Comparison = z.object({ verdict: VerdictKind, signals: z.array(ComparedSignal) });
export type Comparison = z.infer<typeof Comparison>;
