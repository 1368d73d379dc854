import { type BinSpec, isNumericSpec } from './bins.js';

/**
 * How many of the next n rows chance alone puts into categories the baseline of n rows never showed.
 *
 * Good and Turing: as many as there are categories seen just once. A long-tailed signal (a city, a product) meets
 * new names every day without having drifted. `spec.singletons` is that number where the baseline kept it; else
 * the listed ones are counted, and of the tail about two in every average count (a little too many, which errs on
 * the quiet side). A spec that doesn't name its tail can't tell it from unseen names: then all of `other` counts.
 * Source: Good, Biometrika 40 (1953).
 */
export function unseenAllowance(spec: BinSpec, baseline: readonly number[]): number {
  if (isNumericSpec(spec)) return 0;
  if (spec.singletons !== undefined) return spec.singletons;
  const other = baseline.length - 2;
  if (spec.tail === undefined && baseline[other]! > 0) return baseline[other]!;
  let once = 0;
  for (let i = 1; i < other; i++) if (baseline[i] === 1) once++;
  const tail = spec.tail?.length ?? 0;
  return tail === 0 ? once : once + Math.min(tail, (2 * tail * tail) / Math.max(1, baseline[other]!));
}

/**
 * Splits the baseline's rows outside the named categories into what `unseen` and `other` are expected to hold.
 *
 * Values of the tail are partly new each time: a window of the same distribution has fewer rows in the baseline's
 * tail than the baseline, by just what it has in unseen names. So the two share their baseline rows: unseen gets
 * what the window shows of it, up to the allowance, and `other` the rest. Total unchanged.
 */
export function shareUnseen(
  allowance: number,
  other: number,
  unseenCurrent: number,
  n: number,
  m: number,
): { other: number; unseen: number } {
  const unseen = m > 0 ? Math.min(allowance, other, (unseenCurrent * n) / m) : 0;
  return { other: other - unseen, unseen };
}
