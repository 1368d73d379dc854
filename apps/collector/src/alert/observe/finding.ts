import type { CompiledRule } from '../rules/compile.js';
import type { Detail, Observation, Slice } from '../state/types.js';

/** What one rule saw of one slice: the observation for the state machine, the detail for people. */
export interface Finding {
  rule: CompiledRule;
  slice: Slice;
  observation: Observation;
  detail: Detail;
}

const round = (value: number) => Number(value.toPrecision(3));

/** A number to three significant digits, with thousands separated. */
export function show(value: number | null): string {
  return value === null ? '–' : round(value).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
