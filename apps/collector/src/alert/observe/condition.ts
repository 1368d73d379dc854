import type { Rule } from '@leeway/contract';

export type Side = 'breach' | 'clear' | 'between';

/** The threshold and recovery values of a rule in the signal's unit, once its reference (if any) is known. */
export interface Limits {
  op: Rule['condition']['op'];
  threshold: number;
  /** Must be passed back before an alert may resolve. */
  recovery: number;
}

/**
 * Resolves a rule's condition. `reference` is the baseline's or the capacity's value for a `ratio`; null when it
 * isn't known, and then there are no limits. A `recovery` is in the terms of the condition: a ratio for a ratio.
 */
export function limitsOf(rule: Rule, reference: number | null): Limits | null {
  const { op, value, ratio } = rule.condition;
  if (value !== undefined) return { op, threshold: value, recovery: rule.recovery ?? value };
  if (ratio === undefined || reference === null) return null;
  return { op, threshold: ratio * reference, recovery: (rule.recovery ?? ratio) * reference };
}

/** On which side of the limits a value is. The threshold itself belongs to the breach only for `>=` and `<=`. */
export function sideOf(value: number, { op, threshold, recovery }: Limits): Side {
  if (beyond(value, op, threshold)) return 'breach';
  if (recovery === threshold) return 'clear';
  const passedBack = op === '>' || op === '>=' ? value < recovery : value > recovery;
  return passedBack ? 'clear' : 'between';
}

function beyond(value: number, op: Limits['op'], threshold: number): boolean {
  switch (op) {
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
  }
}
