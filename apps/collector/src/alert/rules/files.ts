import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Rule, RuleProblem } from '@leeway/contract';
import { BUILTIN_RULES } from './builtin.js';
import { inhibitionCycles, unknownInhibitors } from './cycles.js';
import { parseRules } from './parse.js';

const FILES_LIMIT = 1_000;
const LARGEST_FILE = 5_000_000;

export interface LoadedRules {
  rules: { rule: Rule; file: string }[];
  problems: RuleProblem[];
}

/**
 * Reads every `.yaml` and `.yml` file of a directory (or one file), and checks them also against each other.
 * `saved` are rules that came through the API: a file's may name them in `inhibited_by`.
 */
export async function loadRules(path: string, saved: readonly Rule[] = []): Promise<LoadedRules> {
  const rules: LoadedRules['rules'] = [];
  const problems: RuleProblem[] = [];
  const report = (file: string, code: string, message: string, field = '') =>
    problems.push({ file, line: null, column: null, field, code, message });
  for (const file of await ruleFiles(path, report)) {
    const text = await readText(file, report);
    if (text === null) continue;
    const parsed = parseRules(text, file);
    problems.push(...parsed.problems);
    for (const rule of parsed.rules) {
      const other = rules.find((known) => known.rule.name === rule.name && known.file !== file);
      if (other)
        report(
          file,
          'duplicate',
          `the name "${rule.name}" is taken in ${basename(other.file)} already`,
          rule.name,
        );
      rules.push({ rule, file });
    }
  }
  const own = new Set(rules.map(({ rule }) => rule.name));
  const everything = [
    ...BUILTIN_RULES.filter((rule) => !own.has(rule.name)),
    ...rules.map(({ rule }) => rule),
  ];
  for (const cycle of inhibitionCycles(everything)) {
    const file = rules.find(({ rule }) => cycle.includes(rule.name))?.file ?? path;
    report(
      file,
      'cycle',
      `these rules mute each other, so nobody would hear of them: ${cycle.join(' → ')}`,
      'inhibited_by',
    );
  }
  const alsoKnown = saved.map((rule) => rule.name);
  for (const unknown of unknownInhibitors(everything, alsoKnown)) {
    const file = rules.find(({ rule }) => rule.name === unknown.rule)?.file ?? path;
    report(file, 'unknown_rule', unknown.message, `${unknown.rule}.inhibited_by[${unknown.index}]`);
  }
  return { rules, problems };
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
