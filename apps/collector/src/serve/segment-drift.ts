import { type BaselineSignal, type ModelSettings, type SegmentDrift, VERDICT_RANK } from '@leeway/contract';
import { judgeSignals } from '@leeway/stats';

const DAY_MS = 86_400_000;

/** Most segments judged in one answer; the largest are kept. */
export const MOST_SEGMENTS = 500;

/**
 * One signal in each segment against the whole baseline, all judged together so that many segments don't raise more
 * false findings than one. Worst first, then largest.
 */
export function judgeSegments(
  signal: BaselineSignal,
  segments: readonly { segment: string; counts: readonly number[] }[],
  settings: ModelSettings,
): SegmentDrift[] {
  const sized = segments
    .map((one) => ({ ...one, n: one.counts.reduce((sum, count) => sum + count, 0) }))
    .sort((a, b) => b.n - a.n)
    .slice(0, MOST_SEGMENTS);
  if (sized.length === 0) return [];
  const judged = judgeSignals(
    sized.map(({ segment, counts }) => ({
      signal: segment,
      spec: signal,
      baseline: signal.counts,
      current: counts,
      phi: signal.phi,
    })),
    judgeSettings(settings),
  );
  return judged
    .map((one, i) => ({
      segment: one.signal,
      n: sized[i]!.n,
      psi: one.psi_debiased,
      verdict: one.verdict,
      reason: one.reason,
      rows_needed: one.rows_needed,
      direction: one.direction,
    }))
    .sort(
      (a, b) => VERDICT_RANK[b.verdict] - VERDICT_RANK[a.verdict] || (b.psi ?? 0) - (a.psi ?? 0) || b.n - a.n,
    );
}

/** A model's settings as the judge reads them, for a question that a person asks once. */
export function judgeSettings(settings: ModelSettings) {
  return {
    bins: settings.bins,
    moderate: settings.moderate,
    significant: settings.significant,
    falseAlertsPerDay: settings.false_alerts_per_day,
    windowsPerDay: Math.max(1, DAY_MS / settings.window_ms),
    power: 0.8,
  };
}
