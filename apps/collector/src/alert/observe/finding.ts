import type { CompiledRule } from '../rules/compile.js';
import type { Detail, Observation, Slice } from '../state/types.js';

/** What one rule saw of one slice: the observation for the state machine, the detail for people. */
export interface Finding {
  rule: CompiledRule;
  slice: Slice;
  observation: Observation;
  detail: Detail;
}

/** Made once: a thousand alerts on a page are tens of thousands of numbers, and a format costs more than its use. */
const THREE_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** A number to three significant digits, with thousands separated. */
export function show(value: number | null): string {
  return value === null ? '–' : THREE_DIGITS.format(value);
}

const UNITS = new Set([
  'ms',
  'requests/s',
  'tokens/h',
  'money/h',
  'PSI',
  'KS',
  'JS distance',
  '× alarm level',
]);

/** An alert's value for a title, with a blank before it: ` 8.36 %`, ` 0.41 PSI`, ` 31 min`; nothing without a value. */
export function figure({ value, unit }: Pick<Detail, 'value' | 'unit'>): string {
  if (value === null) return '';
  if (unit === 'share') return ` ${show(value * 100)} %`;
  if (unit === 's' && value >= 120)
    return ` ${value < 7_200 ? `${Math.round(value / 60)} min` : `${show(value / 3_600)} h`}`;
  return unit === 's' || UNITS.has(unit) ? ` ${show(value)} ${unit}` : ` ${show(value)}`;
}
