import { type Baseline, byWorst, type Comparison, type ModelSettings, worstVerdict } from '@leeway/contract';
import { judgeSignals } from '@leeway/stats';
import { judgeSettings } from './segment-drift.js';

/** Dense counts by signal. */
export type Counts = ReadonlyMap<string, readonly number[]>;

/**
 * Compares two samples counted on one baseline's bins, worst signal first. The bins merge as they do for verdicts,
 * by the baseline's own mass, so that a comparison and a verdict of the same window agree.
 */
export function compareCounts(
  basis: Baseline,
  a: Counts,
  b: Counts,
  settings: ModelSettings,
): Comparison & { n_a: number; n_b: number } {
  const empty = (length: number) => new Array<number>(length).fill(0);
  const inputs = basis.signals.map((signal) => ({
    signal: signal.signal,
    spec: signal,
    baseline: signal.counts,
    current: b.get(signal.signal) ?? empty(signal.counts.length),
    phi: signal.phi,
    reference: { kind: 'all' as const, counts: a.get(signal.signal) ?? empty(signal.counts.length) },
  }));
  const judged = judgeSignals(inputs, judgeSettings(settings));
  const kinds = new Map(basis.signals.map(({ signal, kind }) => [signal, kind]));
  const signals = judged
    .map(({ phi: _phi, reference: _reference, ...one }) => ({
      ...one,
      kind: kinds.get(one.signal)!,
      // A baseline that was spread over another's bins has parts of rows in them.
      n_baseline: Math.round(one.n_baseline),
      n_current: Math.round(one.n_current),
    }))
    .sort(byWorst);
  return {
    verdict: worstVerdict(signals.map(({ verdict }) => verdict)),
    signals,
    n_a: signals.reduce((most, one) => Math.max(most, one.n_baseline), 0),
    n_b: signals.reduce((most, one) => Math.max(most, one.n_current), 0),
  };
}
