import { RULE_SIGNALS, Rule, type RuleProblem } from '@leeway/contract';
import { z } from 'zod';
import { meaning } from './meaning.js';
import { suggest } from './suggest.js';
import { fieldName, flattenIssues, type Path, withZeroDurations, YamlSource } from './yaml-source.js';

export const RULES_LIMIT = 5_000;

/** The rules of a text, and everything that is wrong with it. With any problem the text should not be used. */
export interface ParsedRules {
  rules: Rule[];
  problems: RuleProblem[];
  /** A problem at a field of one of the rules, with its line; for what only shows beside other files. */
  problemAt?(rule: string, path: Path, code: string, message: string): RuleProblem;
}

const StrictRule = z.strictObject({ ...Rule.shape, selector: strictSelector() });
const CONDITION =
  /^\s*(>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(?:([x×])\s*(baseline|capacity)|(%))?\s*$/i;
/** What Prometheus calls fields that have other names here. */
const PROMETHEUS: Readonly<Record<string, string>> = {
  alert: 'what Prometheus calls `alert` is `name` here',
  expr: 'what Prometheus says in `expr` is said by `signal`, `selector` and `condition` here',
  record: 'there are no recording rules here',
};

/** Reads a YAML text: `rules:` with a list, or the list itself. `file` is named in the problems. */
export function parseRules(text: string, file: string | null): ParsedRules {
  const source = new YamlSource(text, file);
  if (source.problems.length > 0) return { rules: [], problems: source.problems };
  const root = source.value;
  const listed = Array.isArray(root) ? root : isRecord(root) ? root.rules : undefined;
  const base: Path = Array.isArray(root) ? [] : ['rules'];
  if (root === null || listed === null) return { rules: [], problems: [] };
  if (!Array.isArray(listed)) {
    return { rules: [], problems: [source.problem([], 'no_rules', noRules(root))] };
  }
  const problems: RuleProblem[] = [];
  if (isRecord(root)) {
    for (const key of Object.keys(root)) {
      if (key !== 'rules')
        problems.push(
          source.problem([key], 'unknown_field', `there is no field "${key}" here, only "rules"`),
        );
    }
  }
  const checked = checkRules(listed, base, (path, code, message) => source.problem(path, code, message));
  const problemAt = (rule: string, path: Path, code: string, message: string) => {
    const index = listed.findIndex((raw) => isRecord(raw) && raw.name === rule);
    return source.problem([...base, ...(index < 0 ? [] : [index, ...path])], code, message);
  };
  return { rules: checked.rules, problems: [...problems, ...checked.problems], problemAt };
}

/** Checks rules that came as JSON; problems have a field and no line. */
export function parseRuleObjects(list: readonly unknown[]): ParsedRules {
  return checkRules(
    withZeroDurations(structuredClone(list)) as unknown[],
    ['rules'],
    (path, code, message) => ({
      file: null,
      line: null,
      column: null,
      field: fieldName(path),
      code,
      message,
    }),
  );
}

type Report = (path: Path, code: string, message: string) => RuleProblem;

function checkRules(list: readonly unknown[], base: Path, report: Report): ParsedRules {
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  if (list.length > RULES_LIMIT) {
    return {
      rules,
      problems: [report(base, 'too_many', `at most ${RULES_LIMIT} rules; these are ${list.length}`)],
    };
  }
  const seen = new Map<string, number>();
  list.forEach((raw, index) => {
    const path = [...base, index];
    const parsed = StrictRule.safeParse(expandCondition(raw));
    if (!parsed.success) {
      for (const issue of flattenIssues(parsed.error, path))
        problems.push(report(issue.path, issue.code, hint(issue, raw)));
      for (const issue of meaningOfTheRest(raw, parsed.error))
        problems.push(report([...path, ...issue.path], issue.code, issue.message));
      return;
    }
    const rule = Rule.parse(parsed.data);
    for (const issue of meaning(rule))
      problems.push(report([...path, ...issue.path], issue.code, issue.message));
    const earlier = seen.get(rule.name);
    if (earlier !== undefined) {
      const first = fieldName([...base, earlier]);
      problems.push(
        report([...path, 'name'], 'duplicate', `the name "${rule.name}" is taken by ${first} already`),
      );
    }
    seen.set(rule.name, index);
    rules.push(rule);
  });
  return { rules, problems: problems.slice(0, 200) };
}

function noRules(root: unknown): string {
  if (isRecord(root) && 'tests' in root)
    return 'this is a test file; run it with `leeway rules test`, which checks its rules too';
  if (isRecord(root) && 'groups' in root)
    return 'write the rules as a list under `rules:`, without the `groups` of Prometheus';
  return 'write the rules as a list under `rules:`';
}

/** What contradicts itself in the fields that are well-formed, so that one look finds everything that is wrong. */
function meaningOfTheRest(raw: unknown, error: z.ZodError): ReturnType<typeof meaning> {
  if (!isRecord(raw)) return [];
  const broken = new Set(
    error.issues.flatMap((issue) =>
      issue.path.length === 0 && issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])],
    ),
  );
  const sound = Object.entries(expandCondition(raw) as object).filter(([field]) => !broken.has(field));
  const stand = { name: 'unnamed', signal: 'error_rate', condition: { op: '>', value: 0 } };
  const rest = Rule.safeParse({ ...stand, ...Object.fromEntries(sound) });
  if (!rest.success) return [];
  // What hangs on a field that could not be read can't be told.
  const whole = !broken.has('signal') && !broken.has('condition') && !broken.has('selector');
  return meaning(rest.data).filter(
    ({ path }) =>
      !broken.has(String(path[0])) &&
      (whole || ['labels', 'annotations', 'inhibited_by'].includes(String(path[0]))),
  );
}

/** `"> 0.2"`, `"> 1%"` and `"> 2x baseline"` are short for the object with `op` and `value` or `ratio` and `to`. */
function expandCondition(raw: unknown): unknown {
  if (!isRecord(raw) || typeof raw.condition !== 'string') return raw;
  const found = CONDITION.exec(raw.condition);
  if (!found) return raw;
  const [, op, amount, times, to, percent] = found;
  if (times) return { ...raw, condition: { op, ratio: Number(amount), to: to?.toLowerCase() } };
  return { ...raw, condition: { op, value: percent ? Number(amount) / 100 : Number(amount) } };
}

function hint(issue: { path: Path; message: string; code: string }, raw: unknown): string {
  const field = issue.path.at(-1);
  if (field === 'signal' && isRecord(raw) && typeof raw.signal === 'string') {
    const near = suggest(raw.signal, RULE_SIGNALS);
    const known = near ? `did you mean "${near}"?` : `known ones: ${RULE_SIGNALS.join(', ')}`;
    return `there is no signal "${raw.signal}"; ${known}`;
  }
  if (field === 'condition' && isRecord(raw) && typeof raw.condition === 'string') {
    return `"${raw.condition}" is not a condition such as "> 0.2", "> 1%" or "> 2x baseline"`;
  }
  if (issue.code === 'unknown_field') {
    const told = issue.path.at(-2) === 'selector' ? undefined : PROMETHEUS[String(field)];
    if (told) return `${issue.message}; ${told}`;
    const near = suggest(String(field), Object.keys(Rule.shape));
    return near ? `${issue.message}; did you mean "${near}"?` : issue.message;
  }
  return issue.message;
}

function strictSelector() {
  const selector = Rule.shape.selector.unwrap();
  return z.strictObject(selector.shape).prefault({});
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
