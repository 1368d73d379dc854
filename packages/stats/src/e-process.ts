import { total } from './bins.js';
import { logGamma } from './distributions.js';
import { checkPair, checkWhole, StatsInputError } from './errors.js';

/** Concentration of the alternative for a wanted effect: κ = (B − 1)/δ − 1, since Dirichlet(κp) has mean PSI of about (B − 1)/(κ + 1). */
export function alternativeConcentration(bins: number, delta: number): number {
  checkWhole('bins', bins, 1);
  if (!(delta >= 1e-9 && delta < Infinity)) throw new StatsInputError('delta', `is above 0, got ${delta}`);
  return (bins - 1) / delta - 1;
}

/**
 * Natural logarithm of the Dirichlet–multinomial e-value of cumulative counts c against a baseline r.
 *
 * Compares two predictions of c: "the bins' masses are near p but not p" (Dirichlet(κp), spread for a PSI of
 * about δ) over "the masses are the baseline's" (Dirichlet(r), so that the baseline's own noise isn't mistaken for
 * drift). Without drift, the chance that the e-value ever reaches 1/α over the whole future is at most α, which is
 * what lets it be looked at after every window. Negative values speak for "no drift".
 *
 * O(bins). @throws StatsInputError when a baseline bin is empty (give it half a row first)
 * Source: Ramdas, Grünwald, Vovk and Shafer, Game-theoretic statistics and safe anytime-valid inference (2023).
 */
export function logEValue(baseline: readonly number[], cumulative: readonly number[], delta: number): number {
  checkPair(baseline, cumulative, ['baseline', 'cumulative']);
  if (baseline.some((r) => r <= 0)) throw new StatsInputError('baseline', 'needs rows in every bin');
  const kappa = alternativeConcentration(baseline.length, delta);
  if (!(kappa > 0)) throw new StatsInputError('delta', `is below ${baseline.length - 1} for this many bins`);
  return eValueAgainst(baseline, kappa)(cumulative);
}

/** The e-value of one baseline and κ as a function of the counts, inputs unchecked: the sequential detector's hot path. */
export function eValueAgainst(
  r: readonly number[],
  kappa: number,
): (cumulative: ArrayLike<number>) => number {
  const n = total(r);
  const scaled = r.map((rows) => (kappa * rows) / n);
  const offsets = r.map((rows, i) => logGamma(rows) - logGamma(scaled[i]!));
  const offset = logGamma(kappa) - logGamma(n);
  return (c) => {
    let rows = 0;
    let sum = offset;
    for (let i = 0; i < r.length; i++) {
      const count = c[i]!;
      if (count === 0) continue;
      rows += count;
      sum += logGamma(scaled[i]! + count) - logGamma(r[i]! + count) + offsets[i]!;
    }
    return sum - logGamma(kappa + rows) + logGamma(n + rows);
  };
}
