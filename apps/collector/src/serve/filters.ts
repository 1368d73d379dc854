import type { EventQuery } from './ports.js';
import { ApiProblem } from './problem.js';

type FeatureFilter = EventQuery['features'][number];
const NUMERIC_ONLY = new Set(['<', '<=', '>', '>=']);

/** Reads `tag=value`; the value may hold further `=`. */
export function parseTagFilter(text: string): { tag: string; value: string } {
  const at = text.indexOf('=');
  if (at <= 0) throw new ApiProblem('invalid_request', `"${text}" is no tag filter; write tag=value.`);
  return { tag: text.slice(0, at), value: text.slice(at + 1) };
}

/**
 * Reads a condition on a feature: `distance>1700`, `carrier=AA`, `carrier!=AA`, `age is missing`. The first operator
 * in the text counts, so values may hold anything; a name with an operator in it is written in double quotes.
 */
export function parseFeatureFilter(text: string): FeatureFilter {
  const match = /^(?:"([^"]+)"|(.+?))(?:\s+(is missing)|\s*(<=|>=|!=|<|>|=)\s*(.*))$/su.exec(text.trim());
  if (!match)
    throw new ApiProblem(
      'invalid_request',
      `"${text}" is no feature filter; write name>number, name=value, name!=value or "name is missing".`,
    );
  const [, quoted, plain, missing, op, value = ''] = match;
  const name = quoted ?? plain!;
  if (missing) return { name, op: 'missing', value: '' };
  if (NUMERIC_ONLY.has(op!) && (value === '' || !Number.isFinite(Number(value))))
    throw new ApiProblem(
      'invalid_request',
      `"${text}": ${op} compares with a number, and "${value}" is none.`,
    );
  return { name, op: op as FeatureFilter['op'], value };
}
