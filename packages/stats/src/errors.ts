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

/** Beyond this (2^53) whole numbers are no longer told apart. */
const MOST = Number.MAX_SAFE_INTEGER;
/** Counts may be parts of rows (an hour half covered, overdispersed rows), but none as small as this. */
const LEAST = 1e-9;

/** Refuses anything but 0 or a number of rows, which may be a part of one, in every place of `counts`. */
export function checkCounts(field: string, counts: readonly number[]): void {
  for (let i = 0; i < counts.length; i++) {
    const c = counts[i]!;
    // NaN fails the comparison, so one test covers it.
    if (!(c === 0 || (c >= LEAST && c <= MOST))) {
      throw new StatsInputError(field, `counts are 0 or from 1e-9 to 2^53, got ${c} at position ${i}`);
    }
  }
}

/** Refuses anything but a finite number ≥ 0 of a size that can be counted. */
export function checkSize(field: string, value: number): void {
  if (!(value >= 0 && value < Infinity))
    throw new StatsInputError(field, `is a finite number ≥ 0, got ${value}`);
  if (value > MOST) throw new StatsInputError(field, `is at most 2^53, got ${value}`);
}

/** Refuses infinities and NaN. */
export function checkFinite(field: string, value: number): void {
  if (!Number.isFinite(value)) throw new StatsInputError(field, `is a finite number, got ${value}`);
}

/** Refuses an overdispersion below 1. */
export function checkPhi(phi: number): void {
  if (!(phi >= 1 && phi < Infinity)) throw new StatsInputError('phi', `is a finite number ≥ 1, got ${phi}`);
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

/** Refuses anything but a whole number ≥ `least` that a double holds exactly. */
export function checkWhole(field: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new StatsInputError(field, `is a whole number ≥ ${least}, got ${value}`);
  }
}
