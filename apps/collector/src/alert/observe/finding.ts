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
