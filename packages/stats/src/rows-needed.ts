import { chiSquareUpperQuantile, noncentralChiSquareTail } from './distributions.js';
import { checkSize, checkWhole, StatsInputError } from './errors.js';

const memo = new Map<string, number>();
const MEMO_LIMIT = 4096;

/**
 * Effective rows (n·m/(n + m)) at which a chi-square test of level `alpha` sees a true PSI of `effect` with chance
 * `power`: the λ with P(χ'²_dof(λ) ≥ critical value) = power, over the effect, since PSI·n_eff is about λ.
 * Solved by bisection to 0.1 % and remembered (a pure function of its arguments, at most 4,096 kept).
 */
export function effectiveRowsNeeded(dof: number, alpha: number, effect: number, power: number): number {
  checkWhole('dof', dof, 1);
  for (const [field, value] of Object.entries({ alpha, power }))
    if (!(value > 0 && value < 1)) throw new StatsInputError(field, `is between 0 and 1, got ${value}`);
  if (!(effect >= 1e-9)) throw new StatsInputError('effect', `is at least 1e-9, got ${effect}`);
  const key = `${dof}|${alpha}|${power}`;
  let lambda = memo.get(key);
  if (lambda === undefined) {
    lambda = solveLambda(dof, alpha, power);
    if (memo.size >= MEMO_LIMIT) memo.clear();
    memo.set(key, lambda);
  }
  return lambda / effect;
}

function solveLambda(dof: number, alpha: number, power: number): number {
  const critical = chiSquareUpperQuantile(alpha, dof);
  let low = 0;
  let high = 16;
  while (high < 1e6 && noncentralChiSquareTail(critical, dof, high) < power) {
    low = high;
    high *= 2;
  }
  while (high - low > high * 1e-3) {
    const middle = (low + high) / 2;
    if (noncentralChiSquareTail(critical, dof, middle) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** Current rows m with n·m/(n + m) ≥ `effective`; null when a baseline of n rows is too small for any m. */
export function rowsForEffective(effective: number, n: number): number | null {
  checkSize('effective', effective);
  checkSize('n', n);
  // Near the pole a few baseline rows would ask for millions of current ones; that is "too small" as well.
  if (n <= effective * 1.02) return null;
  return Math.ceil((effective * n) / (n - effective));
}
