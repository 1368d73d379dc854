import type { Matcher } from '@leeway/contract';
import { RE2JS } from 're2js';

export type Labels = Readonly<Record<string, string>>;
export type LabelTest = (labels: Labels) => boolean;

const MATCHER = /^\s*([A-Za-z_][\w.]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^"'{},]*?)\s*$/;

/** Reads Prometheus' text form, e.g. `severity="critical"` or `model=~"flight-.*"`. Throws `SyntaxError`. */
export function parseMatcher(text: string): Matcher {
  const found = MATCHER.exec(text);
  if (!found)
    throw new SyntaxError(`"${text}" is not a matcher such as severity="critical" or model=~"flight-.*"`);
  const [, label, op, raw = ''] = found;
  const value = raw.startsWith('"')
    ? (JSON.parse(raw) as string)
    : raw.startsWith("'")
      ? raw.slice(1, -1)
      : raw;
  return { label: label!, op: op as Matcher['op'], value };
}

export function showMatcher({ label, op, value }: Matcher): string {
  return `${label}${op}${JSON.stringify(value)}`;
}

/**
 * One matcher as a test. Regular expressions are RE2's, in linear time and anchored at both ends, as in Prometheus;
 * an absent label counts as empty. Throws `SyntaxError` for an expression that can't be compiled.
 */
export function compileMatcher({ label, op, value }: Matcher): LabelTest {
  if (op === '=') return (labels) => (labels[label] ?? '') === value;
  if (op === '!=') return (labels) => (labels[label] ?? '') !== value;
  const pattern = compileRegex(value);
  const wanted = op === '=~';
  return (labels) => pattern.matches(labels[label] ?? '') === wanted;
}

export function compileMatchers(matchers: readonly Matcher[]): LabelTest {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.every((test) => test(labels));
}

function compileRegex(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new SyntaxError(
      `/${source}/ is not a regular expression that RE2 takes: ${(error as Error).message}`,
    );
  }
}
