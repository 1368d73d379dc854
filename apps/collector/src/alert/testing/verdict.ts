import type { Baseline, ModelSettings, Verdict } from '@leeway/contract';
import { DEFAULT_SETTINGS } from '@leeway/contract';
import type { AlertFacts, OperationalWindow } from '../ports.js';

export const MINUTE = 60_000;
export const iso = (at: number) => new Date(at).toISOString();

/** A verdict on `signal` in the five minutes that end at `end`; significant at the given PSI unless told otherwise. */
export function verdict(
  signal: string,
  end: number,
  psi: number | null,
  change: Partial<Verdict> = {},
): Verdict {
  const kind = psi === null ? 'no_data' : psi > 0.2 ? 'significant' : psi > 0.1 ? 'moderate' : 'stable';
  return {
    model: 'flight-delay',
    version: '3',
    segment: '',
    signal,
    kind: 'numeric',
    role: 'feature',
    baseline: 'b1',
    window_start: iso(end - 5 * MINUTE),
    window_end: iso(end),
    evaluated_at: iso(end),
    historical: false,
    n_baseline: 10_000,
    n_current: psi === null ? 0 : 4_213,
    psi,
    psi_debiased: psi,
    js_divergence: psi,
    js_distance: psi,
    ks_low: psi,
    ks_high: psi,
    chi2: null,
    dof: null,
    p_value: null,
    q_value: null,
    phi: 1,
    reference: 'all',
    missing_baseline: 0,
    missing_current: 0,
    unseen_share: 0,
    out_of_range_share: 0,
    verdict: kind,
    reason: `PSI ${psi} on 4,213 events`,
    rows_needed: 310,
    direction: null,
    sequential: null,
    ...change,
  };
}

/** Operational figures of a window; nothing happened unless told otherwise. */
export function figures(change: Partial<OperationalWindow> = {}): OperationalWindow {
  return {
    model: 'flight-delay',
    version: '3',
    segment: '',
    from: 0,
    to: 60 * MINUTE,
    requests: 0,
    errors: 0,
    rejected: 0,
    anomalies: 0,
    tokensInput: 0,
    tokensOutput: 0,
    latency: new Map(),
    performance: {},
    performanceSums: null,
    labelled: 0,
    ...change,
  };
}

export interface KnownModel {
  model: string;
  settings: ModelSettings;
  baseline: Baseline | null;
}

/** Facts that a test sets by hand. */
export class GivenFacts implements AlertFacts {
  known: KnownModel[] = [{ model: 'flight-delay', settings: DEFAULT_SETTINGS, baseline: null }];
  windows: OperationalWindow[] = [];
  history: Verdict[] = [];
  last: number | null = null;
  first: number | null = null;
  changed: { at: number; text: string }[] = [];
  failure: string | null = null;

  async operational(_model: string, from: number, to: number) {
    if (this.failure !== null) throw new Error(this.failure);
    return this.windows.map((window) => ({ ...window, from, to }));
  }
  async operationalFleet(_models: readonly string[], from: number, to: number) {
    return this.operational('', from, to);
  }
  async verdicts(_model: string, from: number, to: number) {
    return this.history.filter((v) => Date.parse(v.window_end) > from && Date.parse(v.window_end) <= to);
  }
  async lastEvent() {
    return this.last;
  }
  async firstEvent() {
    return this.first;
  }
  models() {
    return this.known;
  }
  async changes(_model: string, from: number, to: number) {
    return this.changed.filter((change) => change.at >= from && change.at < to);
  }
}
