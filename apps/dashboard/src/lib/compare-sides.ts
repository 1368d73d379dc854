import type { Slice } from '@leeway/contract';
import { parseAsString } from 'nuqs/server';
import type { Range } from './range';

/** URL parameters of a comparison: the API's own names, so that a view and its request read alike. */
export const compareParsers = {
  a_baseline: parseAsString.withDefault(''),
  a_version: parseAsString.withDefault(''),
  a_segment: parseAsString.withDefault(''),
  a_from: parseAsString.withDefault(''),
  a_to: parseAsString.withDefault(''),
  b_baseline: parseAsString.withDefault(''),
  b_version: parseAsString.withDefault(''),
  b_segment: parseAsString.withDefault(''),
  b_from: parseAsString.withDefault(''),
  b_to: parseAsString.withDefault(''),
};
export type CompareState = Record<keyof typeof compareParsers, string>;
export type SideName = 'a' | 'b';

/**
 * One side as the API takes it. Side a is the active baseline until something is chosen for it; a slice without
 * its own time takes the page's range.
 */
export function sideOf(state: CompareState, name: SideName, range: Range): Slice {
  const baseline = state[`${name}_baseline`];
  const version = state[`${name}_version`];
  const segment = state[`${name}_segment`];
  const from = state[`${name}_from`];
  const to = state[`${name}_to`];
  if (baseline) return { baseline };
  if (name === 'a' && !version && !segment && !from && !to) return { baseline: 'active' };
  return {
    from: from || range.from,
    to: to || range.to,
    ...(version ? { version } : {}),
    ...(segment ? { segment } : {}),
  };
}

/** A side in a few words, for legends and headings. */
export function sideText(slice: Slice, baselineName: (id: string) => string): string {
  if (slice.baseline) return baselineName(slice.baseline);
  const parts = [slice.version ? `version ${slice.version}` : '', slice.segment ?? '', timeText(slice)];
  return parts.filter(Boolean).join(', ');
}

function timeText({ from = '', to = '' }: Slice): string {
  if (to === 'now' && from.startsWith('now-')) return `last ${from.slice(4)}`;
  return `${from} – ${to}`;
}
