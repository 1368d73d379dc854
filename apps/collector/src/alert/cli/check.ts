import { readFile, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { RuleProblem } from '@leeway/contract';
import { parse } from 'yaml';
import { parseAlertConfig } from '../notify/load-config.js';
import { loadRules } from '../rules/files.js';
import type { RulesContext } from './rules.js';

/** `leeway rules check`: 0 when everything is fine, 1 with problems. */
export async function checkCommand(
  files: readonly string[],
  json: boolean,
  context: RulesContext,
): Promise<number> {
  const problems: RuleProblem[] = [];
  let rules = 0;
  for (const given of files) {
    const path = resolve(context.cwd, given);
    if (await isAlertFile(path)) {
      problems.push(...parseAlertConfig(await readFile(path, 'utf8'), path).problems);
      continue;
    }
    const loaded = await loadRules(path);
    rules += loaded.rules.length;
    problems.push(...loaded.problems);
  }
  if (json) {
    context.out(`${JSON.stringify({ ok: problems.length === 0, rules, problems })}\n`);
    return problems.length === 0 ? 0 : 1;
  }
  for (const problem of problems) context.err(`${describeProblem(problem, context.cwd)}\n`);
  if (problems.length > 0) {
    context.err(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n`);
    return 1;
  }
  context.out(
    `fine: ${rules} ${rules === 1 ? 'rule' : 'rules'} in ${files.length} ${files.length === 1 ? 'file' : 'files'}\n`,
  );
  return 0;
}

/** `rules/drift.yaml:12:5: rules[1].condition.value: …` */
export function describeProblem({ file, line, column, field, message }: RuleProblem, cwd: string): string {
  const place = [file === null ? null : relative(cwd, file) || file, line, column].filter(
    (part) => part !== null,
  );
  return [place.join(':'), field, message].filter((part) => part !== '').join(': ');
}

/** An alert file is told from a rule file by its keys. Unreadable ones are left to the rules' reader to report. */
async function isAlertFile(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const root: unknown = parse(await readFile(path, 'utf8'));
    if (typeof root !== 'object' || root === null || 'rules' in root) return false;
    return ['receivers', 'route', 'inhibit', 'mute_times', 'heartbeat'].some((key) => key in root);
  } catch {
    return false;
  }
}
