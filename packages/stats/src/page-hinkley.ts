import { type ChartTrace, checkSeries, checkStatistic } from './cusum.js';
import { checkFinite, StatsInputError } from './errors.js';

/**
 * Page–Hinkley test for a rise of the mean that isn't known beforehand: m adds up x − (running mean) − δ, and the
 * height of m above its least value so far is the statistic; an alarm when it exceeds `threshold`, then everything
 * starts anew. `trace` holds the statistic before a restart. O(n). Source: Page (1954); Hinkley, Biometrika 58 (1971).
 *
 * @throws StatsInputError for a negative threshold or values that aren't finite
 */
export function pageHinkley(
  x: readonly number[],
  settings: { delta: number; threshold: number },
): ChartTrace {
  const { delta, threshold } = settings;
  if (!(threshold >= 0)) throw new StatsInputError('threshold', `is at least 0, got ${threshold}`);
  for (const [field, value] of Object.entries(settings)) checkFinite(field, value);
  checkSeries(x);
  const trace: number[] = [];
  const alarms: number[] = [];
  let n = 0;
  let mean = 0;
  let m = 0;
  let least = 0;
  x.forEach((value, i) => {
    n++;
    mean += (value - mean) / n;
    m += value - mean - delta;
    least = Math.min(least, m);
    checkStatistic(m - least, i);
    trace.push(m - least);
    if (m - least > threshold) {
      alarms.push(i);
      n = 0;
      mean = 0;
      m = 0;
      least = 0;
    }
  });
  return { trace, alarms };
}
