import { betaCdf, chiSquareTail } from '@leeway/stats';

/**
 * How unlikely a breach must be under "the limit is just met" before a rule believes it. Rules look about once a
 * minute, so 1 in 1,000 with a `for` of a few looks keeps chance breaches to a few a year and model.
 */
export const EVIDENCE_LEVEL = 0.001;
/** With fewer rows than show the limit's rate at least once in 95 of 100 windows, nothing is said to be fine. */
const SEEN_LEVEL = 0.05;

/** P(X ≥ k) for X ~ Binomial(n, p), exact, from the incomplete beta function. */
export function binomialUpper(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return betaCdf(p, k, n - k + 1);
}

/** P(X ≤ k) for X ~ Binomial(n, p), exact. */
export function binomialLower(k: number, n: number, p: number): number {
  return k >= n ? 1 : 1 - binomialUpper(k + 1, n, p);
}

/** P(X ≤ k) for X ~ Poisson(mean), exact, from the chi-square distribution. */
export function poissonLower(k: number, mean: number): number {
  return mean <= 0 ? 1 : chiSquareTail(2 * mean, 2 * k + 2);
}

/** P(X ≥ k) for X ~ Poisson(mean), exact. */
export function poissonUpper(k: number, mean: number): number {
  return k <= 0 ? 1 : 1 - poissonLower(k - 1, mean);
}

/** Rows needed so that a share `p` shows up at least once in 95 of 100 windows; at most 10,000. */
export function rowsToSee(p: number): number {
  if (p >= 1) return 1;
  if (p <= 0) return 1;
  return Math.min(10_000, Math.ceil(Math.log(SEEN_LEVEL) / Math.log1p(-p)));
}
