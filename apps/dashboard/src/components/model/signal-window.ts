import type { Alert, SignalSummary, Verdict } from '@leeway/contract';

/** A span of time as the API takes it (epoch ms as text) and as people see it. */
export type ChosenWindow = { from: number; to: number; chosen: boolean };

/**
 * The window that the page's overlay and ranking look at: the one chosen in the URL, else the newest one judged,
 * else the whole range. Milliseconds since 1970. Null while a window is chosen but its length isn't known yet.
 */
export function chosenWindow(
  at: number | null,
  windowMs: number | null,
  latest: Pick<Verdict, 'window_start' | 'window_end'> | null,
  range: { from: number; to: number },
): ChosenWindow | null {
  if (at !== null && windowMs === null) return null;
  if (at !== null && windowMs !== null) return { from: at, to: at + windowMs, chosen: true };
  if (latest)
    return { from: Date.parse(latest.window_start), to: Date.parse(latest.window_end), chosen: false };
  return { ...range, chosen: false };
}

/**
 * The question for the verdicts of exactly the window that starts at `at`: the API takes windows by their end, after
 * `from` and up to `to`.
 */
export function windowVerdicts(at: number, windowMs: number): { from: string; to: string; limit: number } {
  return { from: String(at + windowMs - 1), to: String(at + windowMs), limit: 1_000 };
}

/**
 * Start of the newest window that has events, epoch ms; null where that isn't known, or where it is the one shown.
 * `lastEvent` is RFC 3339.
 */
export function lastWindow(
  lastEvent: string | null | undefined,
  windowMs: number | null,
  shown: ChosenWindow,
): number | null {
  if (!lastEvent || windowMs === null || windowMs <= 0) return null;
  const start = Math.floor(Date.parse(lastEvent) / windowMs) * windowMs;
  return Number.isFinite(start) && start !== shown.from ? start : null;
}

/**
 * A model's firing alerts, the farthest beyond its threshold first. One that another speaks for (moderate beside
 * significant) is left out: it would say the same twice.
 */
export function firingAlerts<A extends FiringAlert>(alerts: readonly A[], model: string): A[] {
  return alerts
    .filter((alert) => alert.model === model && alert.state === 'firing' && alert.inhibited_by.length === 0)
    .sort((a, b) => (b.value ?? 0) / b.threshold - (a.value ?? 0) / a.threshold);
}
type FiringAlert = Pick<Alert, 'model' | 'state' | 'inhibited_by' | 'value' | 'threshold'>;

/** The signal to show when none is chosen: the first alert's that is about one of the model's, else the worst, else the first. */
export function defaultSignal(
  alerts: readonly Pick<Alert, 'signal'>[],
  worst: string | undefined,
  signals: readonly Pick<SignalSummary, 'signal'>[],
): string | null {
  const alerting = alerts.find((alert) => signals.some(({ signal }) => signal === alert.signal));
  return alerting?.signal ?? worst ?? signals[0]?.signal ?? null;
}
