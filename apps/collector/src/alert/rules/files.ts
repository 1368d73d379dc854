import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Rule, RuleProblem } from '@leeway/contract';
import { BUILTIN_RULES } from './builtin.js';
import { inhibitionCycles, unknownInhibitors } from './cycles.js';
import { type ParsedRules, parseRules } from './parse.js';

const FILES_LIMIT = 1_000;
const LARGEST_FILE = 5_000_000;

export interface LoadedRules {
  rules: { rule: Rule; file: string }[];
  problems: RuleProblem[];
  /** How many files were read. */
  files: number;
}

/**
 * Reads every `.yaml` and `.yml` file of a directory (or one file), and checks them also against each other.
 * `saved` are rules that came through the API: a file's may name them in `inhibited_by`.
 */
export function loadRules(path: string, saved: readonly Rule[] = []): Promise<LoadedRules> {
  return loadRulesOf([path], saved);
}

/** The same for several files or directories, which are checked as one set. */
export async function loadRulesOf(
  paths: readonly string[],
  saved: readonly Rule[] = [],
): Promise<LoadedRules> {
  const rules: (LoadedRules['rules'][number] & { parsed: ParsedRules })[] = [];
  const problems: RuleProblem[] = [];
  const report = (file: string, code: string, message: string) =>
    problems.push({ file, line: null, column: null, field: '', code, message });
  const files = new Set<string>();
  for (const path of paths) for (const file of await ruleFiles(path, report)) files.add(file);
  for (const file of files) {
    const text = await readText(file, report);
    if (text === null) continue;
    const parsed = parseRules(text, file);
    problems.push(...parsed.problems);
    for (const rule of parsed.rules) {
      const other = rules.find((known) => known.rule.name === rule.name && known.file !== file);
      const message = other && `the name "${rule.name}" is taken in ${basename(other.file)} already`;
      if (message) problems.push(...at(parsed, rule.name, ['name'], 'duplicate', message));
      rules.push({ rule, file, parsed });
    }
  }
  const own = new Map(rules.map((one) => [one.rule.name, one]));
  const everything = [
    ...BUILTIN_RULES.filter((rule) => !own.has(rule.name)),
    ...rules.map(({ rule }) => rule),
  ];
  for (const cycle of inhibitionCycles(everything)) {
    const name = cycle.find((step) => own.has(step));
    const message = `these rules mute each other, so nobody would hear of them: ${cycle.join(' → ')}`;
    if (name) problems.push(...at(own.get(name)!.parsed, name, ['inhibited_by'], 'cycle', message));
  }
  const alsoKnown = saved.map((rule) => rule.name);
  for (const { rule, index, message } of unknownInhibitors(everything, alsoKnown)) {
    const parsed = own.get(rule)?.parsed;
    if (parsed) problems.push(...at(parsed, rule, ['inhibited_by', index], 'unknown_rule', message));
  }
  return { rules: rules.map(({ rule, file }) => ({ rule, file })), problems, files: files.size };
}

function at(
  parsed: ParsedRules,
  rule: string,
  path: (string | number)[],
  code: string,
  message: string,
): RuleProblem[] {
  const problem = parsed.problemAt?.(rule, path, code, message);
  return problem ? [problem] : [];
}

type Report = (file: string, code: string, message: string) => void;

async function ruleFiles(path: string, report: Report): Promise<string[]> {
  try {
    if ((await stat(path)).isFile()) return [path];
    const names = (await readdir(path))
      .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
      .sort();
    if (names.length > FILES_LIMIT) {
      report(path, 'too_many', `at most ${FILES_LIMIT} rule files; there are ${names.length}`);
      return [];
    }
    return names.map((name) => join(path, name));
  } catch (error) {
    report(path, 'unreadable', `can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return [];
  }
}

async function readText(file: string, report: Report): Promise<string | null> {
  try {
    const text = await readFile(file, 'utf8');
    if (text.length <= LARGEST_FILE) return text;
    report(file, 'too_large', `a rule file has at most ${LARGEST_FILE} characters`);
  } catch (error) {
    report(file, 'unreadable', `can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  return null;
}
