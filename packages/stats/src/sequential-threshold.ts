import { StatsInputError } from './errors.js';

/**
 * By how much the bound on false alarms overstates them: simulation (docs/statistics.md) finds about a tenth, at
 * 50 and 200 rows a window and thresholds from 8.5 to 10.5.
 */
const BOUND_SLACK = 10;

/**
 * The threshold (ln evidence) at which `signals` signals together raise about `falseAlarms` false alarms over
 * `windows` windows each: ln(signals·windows/falseAlarms) by the bound, less the slack that simulation finds in it.
 *
 * 50 signals, 720 hourly windows, 0.16 alarms: 10, the default.
 *
 * @throws StatsInputError for numbers that aren't above 0
 */
export function sequentialThreshold(signals: number, windows: number, falseAlarms: number): number {
  for (const [field, value] of Object.entries({ signals, windows, falseAlarms })) {
    if (!(value > 0 && value < Infinity))
      throw new StatsInputError(field, `is a finite number above 0, got ${value}`);
  }
  return Math.max(1, Math.log(signals) + Math.log(windows) - Math.log(falseAlarms) - Math.log(BOUND_SLACK));
}
