import type { Baseline, ModelSettings, ModelSummary } from '@leeway/contract';
import { latencyQuantile } from '@leeway/stats';
import type { Range, SummaryFigures, WorstVerdict } from './ports.js';
import { iso } from './time.js';

export interface SummaryInput {
  model: string;
  range: Range;
  now: number;
  settings: ModelSettings;
  baseline: Baseline | null;
  figures: SummaryFigures | undefined;
  /** The worst verdict of the newest window; signals and versions that are gone don't hold it up. */
  worst: WorstVerdict | null;
  alerts: { firing: number; pending: number };
}

/** A verdict older than this many windows says nothing of the present. */
const STALE_AFTER_WINDOWS = 2;

/** One row of the fleet page, put together from what the rooms know. Pure. */
export function summarise(input: SummaryInput): ModelSummary {
  const { model, range, now, settings, baseline, figures, alerts } = input;
  const { worst } = input;
  const state = stateOf(input);
  return {
    model,
    versions: figures?.versions ?? [],
    verdict: state.verdict,
    reason: state.reason,
    worst_signal: worst && {
      signal: worst.signal,
      psi: worst.psi_debiased,
      verdict: worst.verdict,
      way: worst.direction?.way ?? null,
      n: worst.n_current,
    },
    psi_sparkline: (figures?.psi ?? []).map(drawable),
    traffic_sparkline: figures?.traffic ?? [],
    latency_p95_ms: figures ? latencyQuantile(figures.latency, 0.95) : null,
    latency_p95_baseline_ms: baseline?.latency?.p95 ?? null,
    error_rate: figures && figures.events > 0 ? figures.errors / figures.events : null,
    events: figures?.events ?? 0,
    events_per_second: rate(range, now, figures),
    capacity_per_second: settings.capacity_per_second,
    label_coverage: figures?.labelCoverage ?? null,
    last_event: moment(figures?.lastEvent),
    baseline: baseline?.id ?? null,
    firing: alerts.firing,
    pending: alerts.pending,
    window_ms: settings.window_ms,
  };
}

/** A value as exact as a small drawing can show: a thousand models' worth of further digits would be most of the answer. */
function drawable(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

function moment(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : iso(at);
}

function stateOf(input: SummaryInput): Pick<ModelSummary, 'verdict' | 'reason'> {
  const { baseline, figures, settings, now, worst } = input;
  const lastEvent = figures?.lastEvent ?? null;
  if (baseline === null)
    return {
      verdict: 'no_data',
      reason:
        lastEvent === null
          ? 'No events and no baseline yet.'
          : 'There are events, but no baseline is active.',
    };
  if (worst === null)
    return {
      verdict: 'no_data',
      reason: lastEvent === null ? 'No events yet.' : 'No window has been judged yet.',
    };
  const end = Date.parse(worst.window_end);
  if (now - end > STALE_AFTER_WINDOWS * settings.window_ms + settings.step_ms)
    return {
      verdict: 'no_data',
      reason:
        lastEvent === null ? 'No events.' : `No events to judge since ${iso(Math.max(end, lastEvent))}.`,
    };
  return { verdict: worst.verdict, reason: reason(worst) };
}

function reason(worst: WorstVerdict): string {
  return worst.verdict === 'stable' ? 'All signals are stable.' : `${worst.signal}: ${worst.reason}`;
}

/** Events a second over the part of the range in which the model lived. */
function rate(range: Range, now: number, figures: SummaryFigures | undefined): number | null {
  if (!figures || figures.events === 0) return null;
  const from = Math.max(range.from, figures.firstEvent ?? range.from);
  const seconds = (Math.min(range.to, now) - from) / 1_000;
  return seconds >= 1 ? figures.events / seconds : null;
}
