import { readFile, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { RuleProblem } from '@leeway/contract';
import { parse } from 'yaml';
import { AlertConfig } from '../notify/config.js';
import { parseAlertConfig } from '../notify/load-config.js';
import { loadRulesOf } from '../rules/files.js';
import type { RulesContext } from './rules.js';

/** `leeway rules check`: 0 when everything is fine, 1 with problems. The rules of all files are checked as one set. */
export async function checkCommand(
  files: readonly string[],
  json: boolean,
  context: RulesContext,
): Promise<number> {
  const problems: RuleProblem[] = [];
  const rulePaths: string[] = [];
  let alertFiles = 0;
  for (const given of files) {
    const path = resolve(context.cwd, given);
    if (await isAlertFile(path)) {
      alertFiles += 1;
      problems.push(...parseAlertConfig(await readFile(path, 'utf8'), path).problems);
    } else rulePaths.push(path);
  }
  const loaded = await loadRulesOf(rulePaths);
  problems.push(...loaded.problems);
  const rules = loaded.rules.length;
  if (json) {
    context.out(`${JSON.stringify({ ok: problems.length === 0, rules, problems })}\n`);
    return problems.length === 0 ? 0 : 1;
  }
  for (const problem of problems) context.err(`${describeProblem(problem, context.cwd)}\n`);
  if (problems.length > 0) {
    context.err(`${count(problems.length, 'problem')}\n`);
    return 1;
  }
  const parts = [
    ...(rulePaths.length > 0 ? [`${count(rules, 'rule')} in ${count(loaded.files, 'file')}`] : []),
    ...(alertFiles > 0 ? [count(alertFiles, 'alert file')] : []),
  ];
  context.out(`fine: ${parts.join(', ')}\n`);
  return 0;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** `rules/drift.yaml:12:5: rules[1].condition.value: …` */
export function describeProblem({ file, line, column, field, message }: RuleProblem, cwd: string): string {
  const place = [file === null ? null : relative(cwd, file) || file, line, column].filter(
    (part) => part !== null,
  );
  return [place.join(':'), field, message].filter((part) => part !== '').join(': ');
}

const ALERT_FILE_KEYS = Object.keys(AlertConfig.shape);

/** An alert file is told from a rule file by its keys. Unreadable ones are left to the rules' reader to report. */
async function isAlertFile(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const root: unknown = parse(await readFile(path, 'utf8'));
    if (typeof root !== 'object' || root === null || 'rules' in root) return false;
    return ALERT_FILE_KEYS.some((key) => key in root);
  } catch {
    return false;
  }
}
