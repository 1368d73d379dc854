import type { Range } from './ports.js';
import { ApiProblem } from './problem.js';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const RELATIVE = /^now(?:([+-])(\d{1,9})([smhdw]))?$/;
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
/** Moments that a JavaScript Date can hold; the store's own limits are narrower and clamp. */
const LATEST_MS = 4_102_444_800_000; // 2100-01-01
/** Longest range that one request may ask for. */
export const LONGEST_RANGE_MS = 20 * 366 * 86_400_000;

/**
 * A moment as API clients write it, in epoch ms: RFC 3339, epoch ms, `now`, or `now` plus or minus an amount in
 * s, m, h, d or w (`now-7d`). Null when the text is none of these or lies outside 1970–2100.
 */
export function parseTime(text: string, now: number): number | null {
  const at = moment(text.trim(), now);
  return at !== null && at >= 0 && at <= LATEST_MS ? at : null;
}

function moment(text: string, now: number): number | null {
  const relative = RELATIVE.exec(text);
  if (relative) {
    const [, sign, amount, unit] = relative;
    if (!sign) return now;
    const distance = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
    return sign === '-' ? now - distance : now + distance;
  }
  if (/^\d{1,16}$/.test(text)) return Number(text);
  if (!RFC3339.test(text)) return null;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? null : parsed;
}

/** The half-open range of two such texts. Throws `invalid_time` or `invalid_range`, naming the parameter. */
export function parseRange(query: { from: string; to: string }, now: number, prefix = ''): Range {
  const from = required(query.from, `${prefix}from`, now);
  const to = required(query.to, `${prefix}to`, now);
  if (from >= to)
    throw new ApiProblem(
      'invalid_range',
      `"${prefix}from" (${iso(from)}) must be before "${prefix}to" (${iso(to)}).`,
    );
  if (to - from > LONGEST_RANGE_MS)
    throw new ApiProblem('invalid_range', 'A range spans at most 20 years; ask for a shorter one.');
  return { from, to };
}

function required(text: string, name: string, now: number): number {
  const at = parseTime(text, now);
  if (at === null)
    throw new ApiProblem(
      'invalid_time',
      `"${name}" is "${text.slice(0, 64)}", which is no time between 1970 and 2100. Write RFC 3339 ` +
        '(2026-03-01T14:00:00Z), epoch milliseconds, or a relative time such as now-7d.',
    );
  return at;
}

/** A moment in the API's own writing. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
