import { type ChartTrace, checkSeries, checkStatistic } from './cusum.js';
import { checkFinite, StatsInputError } from './errors.js';

/**
 * EWMA control chart: z = λx + (1 − λ)z from z = μ, an alarm wherever z leaves μ ± L·σ·√(λ/(2 − λ)·(1 − (1 − λ)^2i)),
 * the exact limits from the first value on. No restart. O(n). Source: Roberts, Technometrics 1 (1959).
 *
 * @throws StatsInputError for σ ≤ 0, λ outside (0, 1] or L ≤ 0
 */
export function ewma(
  x: readonly number[],
  settings: { mean: number; std: number; lambda: number; limit: number },
): ChartTrace {
  const { mean, std, lambda, limit } = settings;
  if (!(std > 0)) throw new StatsInputError('std', `is above 0, got ${std}`);
  if (!(lambda > 0 && lambda <= 1))
    throw new StatsInputError('lambda', `is above 0 and at most 1, got ${lambda}`);
  if (!(limit > 0)) throw new StatsInputError('limit', `is above 0, got ${limit}`);
  for (const [field, value] of Object.entries(settings)) checkFinite(field, value);
  checkSeries(x);
  const trace: number[] = [];
  const alarms: number[] = [];
  let z = mean;
  x.forEach((value, i) => {
    z = lambda * value + (1 - lambda) * z;
    checkStatistic(z, i);
    trace.push(z);
    const width = limit * std * Math.sqrt((lambda / (2 - lambda)) * (1 - (1 - lambda) ** (2 * (i + 1))));
    if (Math.abs(z - mean) > width) alarms.push(i);
  });
  return { trace, alarms };
}
