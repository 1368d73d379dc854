/**
 * Thrown when an input makes no sense for the statistic asked of it (negative counts, unequal lengths, a level
 * outside 0..1). `field` names the argument at fault, so that an edge can say which part of a request to mend.
 *
 * Too few rows is not an error: statistics that can't be told are null, and a verdict is `insufficient_data`.
 */
export class StatsInputError extends Error {
  readonly code = 'stats_input';
  readonly field: string;

  constructor(field: string, message: string) {
    super(`${field}: ${message}`);
    this.name = 'StatsInputError';
    this.field = field;
  }
}

/** Refuses anything but a finite number ≥ 0 in every place of `counts`. */
export function checkCounts(field: string, counts: readonly number[]): void {
  for (let i = 0; i < counts.length; i++) {
    const c = counts[i]!;
    // NaN fails the comparison, so one test covers it.
    if (!(c >= 0 && c < Infinity)) {
      throw new StatsInputError(field, `counts are finite numbers ≥ 0, got ${c} at position ${i}`);
    }
  }
}

/** Refuses two histograms that don't share their bins. */
export function checkPair(
  baseline: readonly number[],
  current: readonly number[],
  fields: readonly [string, string] = ['baseline', 'current'],
): void {
  checkCounts(fields[0], baseline);
  checkCounts(fields[1], current);
  if (baseline.length !== current.length) {
    throw new StatsInputError(
      fields[1],
      `has ${current.length} bins where ${fields[0]} has ${baseline.length}; both need the same bins`,
    );
  }
}

/** Refuses a probability outside 0..1. */
export function checkProbability(field: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new StatsInputError(field, `is a probability between 0 and 1, got ${p}`);
}

/** Refuses anything but a whole number ≥ `least`. */
export function checkWhole(field: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new StatsInputError(field, `is a whole number ≥ ${least}, got ${value}`);
  }
}
