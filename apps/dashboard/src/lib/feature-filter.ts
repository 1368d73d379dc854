import type { HistogramBin } from '@leeway/contract';
import { number } from './format';

/** An operator that the API's feature filter knows. */
export type FeatureOp = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'missing';

/**
 * One condition on a feature as the API reads it: `distance>1700`, `"a<b"=3`, `carrier is missing`. A name that
 * holds an operator or ends like one is quoted. A name with a double quote as well can't be written; then null.
 */
export function featureFilter(name: string, op: FeatureOp, value: string | number = ''): string | null {
  const risky = /[<>=!"]|^\s|\s$|\sis missing$/.test(name);
  if (risky && name.includes('"')) return null;
  const written = risky ? `"${name}"` : name;
  return op === 'missing' ? `${written} is missing` : `${written}${op}${value}`;
}

/** A bin as a histogram hands it over: bounds where it has some, else its name, or the side it is. */
export type PickedBin = { from: number | null; to: number | null; label: string; side: string | null };

/** The baseline's range of a numeric signal, from its bins; nulls for a categorical one. */
export function binEdges(bins: readonly HistogramBin[]): { min: number | null; max: number | null } {
  const regular = bins.filter((bin) => bin.side === null && bin.from !== null && bin.to !== null);
  return { min: regular[0]?.from ?? null, max: regular.at(-1)?.to ?? null };
}

export function binLabel(bin: PickedBin): string {
  if (bin.label) return bin.label;
  return bin.from === null ? (bin.side ?? '') : `${number(bin.from)} – ${number(bin.to)}`;
}

/** A histogram's bin as conditions on its feature; an empty list where no condition says it. */
export function binFilters(
  feature: string,
  bin: PickedBin,
  edges: { min: number | null; max: number | null },
): string[] {
  const filters = conditions(feature, bin, edges);
  return filters.every((filter) => filter !== null) ? filters : [];
}

function conditions(
  feature: string,
  bin: PickedBin,
  edges: { min: number | null; max: number | null },
): (string | null)[] {
  if (bin.side === 'missing') return [featureFilter(feature, 'missing')];
  if (bin.side === 'below') return edges.min === null ? [] : [featureFilter(feature, '<', edges.min)];
  if (bin.side === 'above') return edges.max === null ? [] : [featureFilter(feature, '>', edges.max)];
  // `other` and `unseen` are many values: no single condition names them.
  if (bin.side !== null) return [];
  if (bin.from === null || bin.to === null) return [featureFilter(feature, '=', bin.label)];
  // The baseline's maximum itself belongs to the last bin.
  const last = edges.max !== null && bin.to >= edges.max;
  return [featureFilter(feature, '>=', bin.from), featureFilter(feature, last ? '<=' : '<', bin.to)];
}
