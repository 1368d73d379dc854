import type { RuleProblem } from '@leeway/contract';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

export type Path = readonly (string | number)[];

/** A YAML text that remembers where each field stood, so that every error can name its line. */
export class YamlSource {
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;
  readonly value: unknown;
  /** Errors of the YAML itself. */
  readonly problems: RuleProblem[];

  constructor(
    text: string,
    private readonly file: string | null,
  ) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true, prettyErrors: false });
    this.problems = this.#document.errors.map((error) => {
      const { line, col } = this.#lines.linePos(error.pos[0]);
      return { file, line, column: col, field: '', code: 'yaml', message: error.message };
    });
    this.value = this.problems.length === 0 ? this.#toValue() : null;
  }

  #toValue(): unknown {
    try {
      // Aliases are bounded, so a few lines can't unfold into gigabytes.
      return withZeroDurations(this.#document.toJS({ maxAliasCount: 100 }));
    } catch (error) {
      this.problems.push(this.problem([], 'yaml', (error as Error).message));
      return null;
    }
  }

  /** A problem at a field, with the line of the nearest thing that is written there. */
  problem(path: Path, code: string, message: string): RuleProblem {
    const place = this.#place(path);
    return {
      file: this.file,
      line: place?.line ?? null,
      column: place?.col ?? null,
      field: fieldName(path),
      code,
      message,
    };
  }

  #place(path: Path): { line: number; col: number } | null {
    for (let length = path.length; length >= 0; length--) {
      const part = path.slice(0, length);
      const parent = part.length > 0 ? this.#document.getIn(part.slice(0, -1), true) : null;
      const pair = isMap(parent)
        ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part.at(-1)))
        : undefined;
      const node = pair
        ? pair.key
        : part.length > 0
          ? this.#document.getIn(part, true)
          : this.#document.contents;
      if (isNode(node) && node.range) return this.#lines.linePos(node.range[0]);
    }
    return null;
  }
}

const DURATIONS = new Set([
  'for',
  'keep_firing_for',
  'no_data_for',
  'window',
  'group_wait',
  'group_interval',
  'repeat_interval',
  'resend',
  'interval',
  'at',
]);

/** A duration of `0` without a unit is a number to YAML and JSON, and still a duration. Aliases are walked once. */
export function withZeroDurations(value: unknown): unknown {
  const seen = new Set<unknown>();
  const walk = (part: unknown) => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    const fields = part as Record<string, unknown>;
    for (const [key, inner] of Object.entries(fields)) {
      if (inner === 0 && DURATIONS.has(key)) fields[key] = '0';
      else walk(inner);
    }
  };
  walk(value);
  return value;
}

/** `rules[2].condition.value` */
export function fieldName(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    '',
  );
}

/** The issues of a zod check with readable paths; unknown keys and union branches are spelt out. */
export function flattenIssues(error: z.ZodError, at: Path): { path: Path; code: string; message: string }[] {
  return error.issues.flatMap((issue) => {
    const path = [...at, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        code: 'unknown_field',
        message: `there is no field "${key}" here`,
      }));
    }
    return [{ path, code: issue.code, message: inWords(issue) }];
  });
}

/** Our schemas' own sentences stay; what zod says by itself is said shorter. */
function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  const received = /received (\w+)$/.exec(issue.message)?.[1];
  if (received === 'undefined') return 'is required';
  const kinds: Record<string, string> = {
    object: 'several fields',
    array: 'a list',
    record: 'several fields',
  };
  const said = (kind: string) => kinds[kind] ?? `a ${kind}`;
  return `write ${said(issue.expected)} here${received ? `, not ${said(received)}` : ''}`;
}
