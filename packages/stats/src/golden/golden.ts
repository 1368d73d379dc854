import { type Answer, answerers } from './answerers.js';
import { differences, type Tolerance } from './differences.js';

/** A file of oracle vectors. */
export interface GoldenFile {
  default_tol: Required<Tolerance>;
  cases: GoldenCase[];
}

export interface GoldenCase {
  id: string;
  kind: string;
  input: Record<string, unknown>;
  expect: Record<string, unknown>;
  tol?: Partial<Tolerance>;
}

export interface GoldenReport {
  passed: number;
  failures: { id: string; kind: string; lines: string[] }[];
}

const FALLBACK: Required<Tolerance> = { rel: 1e-9, abs: 1e-12, p_rel: 1e-6, p_abs: 1e-12 };

/** Reads a file of oracle vectors. @throws Error naming what is not as the schema has it */
export function parseGolden(text: string): GoldenFile {
  const file = parseJson(text);
  if (!isRecord(file) || !Array.isArray(file.cases)) throw new Error('needs an object with an array `cases`');
  if (file.schema !== undefined && file.schema !== 1)
    throw new Error(`schema is 1, got ${String(file.schema)}`);
  if (file.cases.length === 0) throw new Error('has no cases');
  const cases = file.cases.map((item: unknown, i): GoldenCase => {
    if (!isRecord(item) || typeof item.kind !== 'string' || !isRecord(item.input) || !isRecord(item.expect)) {
      throw new Error(`cases[${i}] needs kind, input and expect`);
    }
    if (Object.keys(item.expect).length === 0) throw new Error(`cases[${i}].expect names nothing to compare`);
    const id = typeof item.id === 'string' ? item.id : `#${i}`;
    return { id, kind: item.kind, input: item.input, expect: item.expect, tol: tolerance(item.tol) };
  });
  return { default_tol: { ...FALLBACK, ...tolerance(file.default_tol) }, cases };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Runs every case; an unknown kind, an unknown expectation and a thrown error are failures. */
export function runGolden(file: GoldenFile): GoldenReport {
  const report: GoldenReport = { passed: 0, failures: [] };
  for (const item of file.cases) {
    const lines = runCase(item, file.default_tol);
    if (lines.length === 0) report.passed++;
    else report.failures.push({ id: item.id, kind: item.kind, lines });
  }
  return report;
}

/** What is wrong with one case; empty when it passes. */
export function runCase(item: GoldenCase, defaults: Required<Tolerance>): string[] {
  const answer = answerers.get(item.kind);
  if (answer === undefined) return [`unknown kind ${item.kind}`];
  let got: Answer;
  try {
    got = answer(item.input, item.expect);
  } catch (error) {
    return [`threw ${error instanceof Error ? error.message : String(error)}`];
  }
  return differences(item.expect, got, toleranceOf(item.tol, defaults));
}

function toleranceOf(
  own: Partial<Tolerance> | undefined,
  defaults: Required<Tolerance>,
): Required<Tolerance> {
  if (own === undefined) return defaults;
  // A case's own tolerance is for all its values; its p-values take it too unless it names theirs.
  return {
    rel: own.rel ?? defaults.rel,
    abs: own.abs ?? defaults.abs,
    p_rel: own.p_rel ?? Math.max(defaults.p_rel, own.rel ?? 0),
    p_abs: own.p_abs ?? Math.max(defaults.p_abs, own.abs ?? 0),
  };
}

function tolerance(value: unknown): Partial<Tolerance> | undefined {
  if (!isRecord(value)) return undefined;
  const kept: Partial<Tolerance> = {};
  for (const key of ['rel', 'abs', 'p_rel', 'p_abs'] as const) {
    const limit = value[key];
    if (typeof limit === 'number') kept[key] = limit;
  }
  return kept;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
