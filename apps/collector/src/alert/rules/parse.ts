import { RULE_SIGNALS, Rule, type RuleProblem } from '@leeway/contract';
import { z } from 'zod';
import { templateProblem } from '../notify/template.js';
import { RESERVED_LABELS } from '../state/instance.js';
import { familyOf } from './compile.js';
import { suggest } from './suggest.js';
import { fieldName, flattenIssues, type Path, YamlSource } from './yaml-source.js';

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
  /^\s*(>=|<=|>|<)\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(?:([x×])\s*(baseline|capacity)|(%))?\s*$/i;

/** Reads a YAML text: `rules:` with a list, or the list itself. `file` is named in the problems. */
export function parseRules(text: string, file: string | null): ParsedRules {
  const source = new YamlSource(text, file);
  if (source.problems.length > 0) return { rules: [], problems: source.problems };
  const root = source.value;
  const listed = Array.isArray(root) ? root : isRecord(root) ? root.rules : undefined;
  const base: Path = Array.isArray(root) ? [] : ['rules'];
  if (root === null || listed === null) return { rules: [], problems: [] };
  if (!Array.isArray(listed)) {
    return {
      rules: [],
      problems: [source.problem([], 'no_rules', 'write the rules as a list under `rules:`')],
    };
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
  return checkRules(list, ['rules'], (path, code, message) => ({
    file: null,
    line: null,
    column: null,
    field: fieldName(path),
    code,
    message,
  }));
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
    const near = suggest(String(field), Object.keys(Rule.shape));
    return near ? `${issue.message}; did you mean "${near}"?` : issue.message;
  }
  return issue.message;
}

/** What the shape can't say: values that contradict each other or mean nothing together. */
function meaning(rule: Rule): { path: Path; code: string; message: string }[] {
  const problems: { path: Path; code: string; message: string }[] = [];
  const say = (path: Path, code: string, message: string) => problems.push({ path, code, message });
  const { condition, signal } = rule;
  const family = familyOf(signal);
  if (condition.to === 'capacity' && signal !== 'throughput') {
    say(['condition', 'to'], 'no_reference', `only throughput has a capacity; ${signal} has none`);
  }
  if (condition.to === 'baseline' && !hasBaselineValue(signal)) {
    say(
      ['condition', 'to'],
      'no_reference',
      `${signal} has no value in the baseline; give \`value\` instead`,
    );
  }
  if (rule.recovery !== undefined) {
    const limit = condition.value ?? condition.ratio ?? 0;
    const above = condition.op === '>' || condition.op === '>=';
    if (above ? rule.recovery > limit : rule.recovery < limit) {
      const side = above ? 'at or below' : 'at or above';
      say(
        ['recovery'],
        'wrong_side',
        `a recovery threshold for "${condition.op} ${limit}" is ${side} ${limit}`,
      );
    }
  }
  if (isShare(signal) && condition.value !== undefined && (condition.value < 0 || condition.value > 1)) {
    say(
      ['condition', 'value'],
      'out_of_range',
      `${signal} is a share from 0 to 1; for per cent write "${condition.op} ${condition.value}%"`,
    );
  }
  if ((family === 'operational' || family === 'silence') && rule.selector.feature !== '*') {
    say(['selector', 'feature'], 'no_feature', `${signal} is about the whole model and has no features`);
  }
  if (rule.inhibited_by.includes(rule.name))
    say(['inhibited_by'], 'cycle', 'a rule can’t be muted by itself');
  for (const label of Object.keys(rule.labels)) {
    if ((RESERVED_LABELS as readonly string[]).includes(label)) {
      say(['labels', label], 'reserved', `the alert sets the label "${label}" itself`);
    }
  }
  for (const [name, template] of Object.entries(rule.annotations)) {
    const problem = templateProblem(template);
    if (problem !== null) say(['annotations', name], 'template', `the template can't be read: ${problem}`);
  }
  return problems;
}

const SHARES = [
  'error_rate',
  'anomaly_rate',
  'quality.missing',
  'quality.out_of_range',
  'quality.unseen',
  'quality.invalid',
];

function isShare(signal: string): boolean {
  return SHARES.includes(signal);
}

function hasBaselineValue(signal: string): boolean {
  return (
    signal.startsWith('latency.') ||
    signal === 'quality.missing' ||
    (signal.startsWith('performance.') && !signal.includes('estimated'))
  );
}

function strictSelector() {
  const selector = Rule.shape.selector.unwrap();
  return z.strictObject(selector.shape).prefault({});
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
