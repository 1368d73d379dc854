import type { Observation } from '../state/types.js';
import { type Limits, sideOf } from './condition.js';
import { binomialLower, binomialUpper, EVIDENCE_LEVEL, rowsToSee } from './evidence.js';

/**
 * A share `k / n` against its limits. A breach needs the exact binomial tail to be below `EVIDENCE_LEVEL`; beyond
 * the limit without that evidence is neither a breach nor a recovery. `minRows` (0 = derived from the limit) is
 * the least window that may say "fine".
 */
export function judgeShare(
  k: number,
  n: number,
  limits: Limits,
  minRows: number,
  windowStart: number,
): Observation {
  if (n === 0) return { kind: 'no_data', since: windowStart };
  const value = k / n;
  if (n < minRows) return { kind: 'insufficient', rows: n, needed: minRows };
  const above = limits.op === '>' || limits.op === '>=';
  const side = sideOf(value, limits);
  if (side === 'breach') {
    const tail = above ? binomialUpper(k, n, limits.threshold) : binomialLower(k, n, limits.threshold);
    if (tail <= EVIDENCE_LEVEL) return { kind: 'breach', value, windowStart };
  }
  const needed = minRows || rowsToSee(above ? limits.threshold : 1 - limits.threshold);
  if (n < needed) return { kind: 'insufficient', rows: n, needed };
  return { kind: side === 'clear' ? 'clear' : 'between', value };
}
