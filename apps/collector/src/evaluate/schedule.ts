/** One window, half-open, in epoch ms. */
export interface Window {
  start: number;
  end: number;
  /** Its evaluation was due in the past: it is charted and never alerts. */
  historical: boolean;
}

export interface Timing {
  windowMs: number;
  stepMs: number;
}

/** The largest multiple of `step` at or below `at`. Windows end on multiples of their step since 1970. */
export function floorTo(at: number, step: number): number {
  return Math.floor(at / step) * step;
}

/** The smallest multiple of `step` at or above `at`. */
export function ceilTo(at: number, step: number): number {
  return Math.ceil(at / step) * step;
}

/** End of the newest window that may be judged: over, and `settleMs` past, so that events on their way have landed. */
export function newestEnd(now: number, timing: Timing, settleMs: number): number {
  return floorTo(now - settleMs, timing.stepMs);
}

/**
 * Whether the evaluation of a window that ended at `end` was due in the past. A window is due for one step; after
 * that the next one speaks for the present. `slackMs` is the time that a busy evaluator may be late.
 */
export function isHistorical(end: number, now: number, timing: Timing, slackMs: number): boolean {
  return now >= end + timing.stepMs + slackMs;
}

export interface DueInput {
  now: number;
  timing: Timing;
  /** End of the newest window judged so far, null when none was. */
  lastEnd: number | null;
  /** First and last event of the model, null without any. */
  span: { first: number; last: number } | null;
  settleMs: number;
  slackMs: number;
  /** How far back history is judged at most. */
  catchUpMs: number;
}

/**
 * Ends of the windows that are due, as a range `[from, to]` on the step grid; null when nothing is due. Starts after
 * the newest judged window, else at the first event, but never further back than `catchUpMs`. Never reaches past
 * `now`: events that claim to come from the future are not judged before their time.
 */
export function dueEnds(input: DueInput): { from: number; to: number } | null {
  const { now, timing, lastEnd, span, settleMs, catchUpMs } = input;
  if (span === null) return null;
  const to = newestEnd(now, timing, settleMs);
  const oldest = ceilTo(now - catchUpMs, timing.stepMs);
  const first = floorTo(span.first, timing.stepMs) + timing.stepMs;
  const next = lastEnd === null ? first : Math.max(first, floorTo(lastEnd, timing.stepMs) + timing.stepMs);
  const from = Math.max(next, oldest);
  return from <= to ? { from, to } : null;
}

/** Ends of the judged windows that events in `[from, to)` fall into; null when none is judged yet. */
export function endsTouched(
  range: { from: number; to: number },
  timing: Timing,
  lastEnd: number,
): { from: number; to: number } | null {
  const from = floorTo(range.from, timing.stepMs) + timing.stepMs;
  // The last window that still begins before `to`.
  const to = Math.min(lastEnd, ceilTo(range.to, timing.stepMs) - timing.stepMs + timing.windowMs);
  return from <= to ? { from, to } : null;
}

/** Number of ends in a range of ends. */
export function countEnds(ends: { from: number; to: number }, stepMs: number): number {
  return Math.max(0, Math.floor((ends.to - ends.from) / stepMs) + 1);
}

/** The greatest length that divides both window and step, so that windows are sums of buckets. */
export function bucketOf(timing: Timing): number {
  let [a, b] = [timing.windowMs, timing.stepMs];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
