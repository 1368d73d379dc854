import { checkFinite, StatsInputError } from './errors.js';

/** What a control chart says of a series: its statistic after each value, and the places (0-based) of its alarms. */
export interface ChartTrace {
  trace: number[];
  alarms: number[];
}

/**
 * Upper one-sided CUSUM: S = max(0, S + (x − μ)/σ − k), an alarm when S > h, then S starts again at 0. Catches a
 * small lasting rise of the mean; k is half the shift looked for and h the decision limit, both in units of σ.
 * `trace` holds S before a restart. O(n). Source: Page, Biometrika 41 (1954).
 *
 * @throws StatsInputError for σ ≤ 0, a negative k or h, or values that aren't finite
 */
export function cusum(
  x: readonly number[],
  settings: { mean: number; std: number; k: number; h: number },
): ChartTrace {
  const { mean, std, k, h } = settings;
  if (!(std > 0)) throw new StatsInputError('std', `is above 0, got ${std}`);
  if (!(k >= 0 && h >= 0)) throw new StatsInputError('h', 'and k are at least 0');
  for (const [field, value] of Object.entries(settings)) checkFinite(field, value);
  checkSeries(x);
  const trace: number[] = [];
  const alarms: number[] = [];
  let s = 0;
  x.forEach((value, i) => {
    s = Math.max(0, s + (value - mean) / std - k);
    checkStatistic(s, i);
    trace.push(s);
    if (s > h) {
      alarms.push(i);
      s = 0;
    }
  });
  return { trace, alarms };
}

/** Refuses a value that takes a chart's statistic beyond the largest number. */
export function checkStatistic(statistic: number, i: number): void {
  if (!Number.isFinite(statistic)) throw new StatsInputError('x', `is too large to add up at position ${i}`);
}

/** Refuses a series with a value that isn't a finite number. */
export function checkSeries(x: readonly number[]): void {
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new StatsInputError('x', `is finite everywhere, got ${x[bad]} at position ${bad}`);
}
