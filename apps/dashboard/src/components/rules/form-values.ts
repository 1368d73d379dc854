import { EvidencePolicy, Rule, RuleSignal, Severity } from '@leeway/contract';
import { z } from 'zod';
import { shorten } from '../../lib/format';

const Pair = z.object({ name: z.string(), value: z.string() });

/** What the rule form holds: text as typed. `toRule` makes the contract's shape of it. */
export const RuleForm = z.object({
  name: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  signal: RuleSignal,
  model: z.string(),
  version: z.string(),
  segment: z.string(),
  feature: z.string(),
  op: z.enum(['>', '>=', '<', '<=']),
  threshold: z.string(),
  /** `value`: the threshold is absolute; else a multiple of this. */
  against: z.enum(['value', 'baseline', 'capacity']),
  recovery: z.string(),
  window: z.string(),
  for: z.string(),
  keep_firing_for: z.string(),
  min_rows: z.string(),
  severity: Severity,
  runbook: z.string(),
  labels: z.array(Pair),
  annotations: z.array(Pair),
  /** Rule names separated by commas. */
  inhibited_by: z.string(),
  no_data: EvidencePolicy,
  no_data_for: z.string(),
  on_error: EvidencePolicy,
});
export type RuleForm = z.infer<typeof RuleForm>;

export const NEW_RULE: RuleForm = {
  name: '',
  description: '',
  enabled: true,
  signal: 'drift.psi',
  model: '*',
  version: '*',
  segment: '',
  feature: '*',
  op: '>',
  threshold: '0.2',
  against: 'value',
  recovery: '',
  window: '',
  for: '0',
  keep_firing_for: '0',
  min_rows: '0',
  severity: 'warning',
  runbook: '',
  labels: [],
  annotations: [],
  inhibited_by: '',
  no_data: 'keep_last',
  no_data_for: '10m',
  on_error: 'keep_last',
};

/** A stored rule as the form shows it. */
export function fromRule(rule: Rule): RuleForm {
  const { condition, selector } = rule;
  return {
    name: rule.name,
    description: rule.description,
    enabled: rule.enabled,
    signal: rule.signal,
    ...selector,
    op: condition.op,
    threshold: plain(condition.value ?? condition.ratio),
    against: condition.ratio === undefined ? 'value' : (condition.to ?? 'baseline'),
    recovery: plain(rule.recovery),
    window: rule.window ?? '',
    for: rule.for,
    keep_firing_for: rule.keep_firing_for,
    min_rows: String(rule.min_rows),
    severity: rule.severity,
    runbook: rule.runbook ?? '',
    labels: pairs(rule.labels),
    annotations: pairs(rule.annotations),
    inhibited_by: rule.inhibited_by.join(', '),
    no_data: rule.no_data,
    no_data_for: rule.no_data_for,
    on_error: rule.on_error,
  };
}

/** The form as the API's rule, judged by nobody yet. Empty optional fields are left out. */
export function toRule(form: RuleForm): Record<string, unknown> {
  const threshold = toNumber(form.threshold);
  const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
  return dropUndefined({
    name: form.name.trim(),
    description: form.description,
    enabled: form.enabled,
    signal: form.signal,
    selector: {
      model: text(form.model) ?? '*',
      version: text(form.version) ?? '*',
      segment: form.segment.trim(),
      feature: text(form.feature) ?? '*',
    },
    condition:
      form.against === 'value'
        ? { op: form.op, value: threshold }
        : { op: form.op, ratio: threshold, to: form.against },
    recovery: form.recovery.trim() === '' ? undefined : toNumber(form.recovery),
    window: text(form.window),
    for: text(form.for) ?? '0',
    keep_firing_for: text(form.keep_firing_for) ?? '0',
    min_rows: form.min_rows.trim() === '' ? 0 : toNumber(form.min_rows),
    severity: form.severity,
    runbook: text(form.runbook),
    labels: record(form.labels),
    annotations: record(form.annotations),
    inhibited_by: form.inhibited_by
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    no_data: form.no_data,
    no_data_for: text(form.no_data_for) ?? '0',
    on_error: form.on_error,
  });
}

export type FormField = keyof RuleForm;

/** What the contract says of the form: one message a field, the first that came up. */
export function ruleErrors(form: RuleForm): Partial<Record<FormField, string>> {
  const errors: Partial<Record<FormField, string>> = {};
  for (const [field, what] of NUMBERS)
    if (form[field].trim() !== '' && !Number.isFinite(toNumber(form[field])))
      errors[field] = `“${shorten(form[field], 40)}” is no number; ${what}`;
  if (form.threshold.trim() === '') errors.threshold = 'Give the threshold, such as 0.2.';
  const parsed = Rule.safeParse(toRule(form));
  if (!parsed.success)
    for (const { path, message } of parsed.error.issues)
      errors[fieldOf(path.map(String).join('.'))] ??= sentence(message);
  return errors;
}

const NUMBERS: readonly [FormField & ('threshold' | 'recovery' | 'min_rows'), string][] = [
  ['threshold', 'write it like 0.2'],
  ['recovery', 'write it like 0.18, or leave it empty'],
  ['min_rows', 'write a whole number of events'],
];

/** The form's field behind a path of the contract or of the API, such as `rules[0].condition.value`. */
export function fieldOf(path: string): FormField {
  const parts = path
    .replace(/^\$?\.?(?:rules(?:\[\d+\]|\.\d+)\.?)?/, '')
    .replaceAll(/\[(\w+)\]/g, '.$1')
    .split('.')
    .filter(Boolean);
  const [first = 'name', second] = parts;
  if (first === 'selector')
    return (['model', 'version', 'segment', 'feature'] as const).find((f) => f === second) ?? 'model';
  if (first === 'condition') return second === 'op' ? 'op' : second === 'to' ? 'against' : 'threshold';
  return RuleForm.keyof().safeParse(first).data ?? 'name';
}

/** Whether the rule's `feature` selector counts: drift and quality are judged signal by signal. */
export function isPerSignal(signal: string): boolean {
  return signal.startsWith('drift.') || signal.startsWith('quality.');
}

function sentence(message: string): string {
  const text = message.replace(/^Invalid input: /, '');
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.endsWith('.') ? capital : `${capital}.`;
}

/** NaN for text that is no number, including the empty one (which `Number` takes for zero). */
function toNumber(text: string): number {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? Number.NaN : Number(trimmed);
}

/** A number without the tail that binary fractions get (0.2 × 0.9 is 0.18000000000000002). */
function plain(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(12)));
}

function pairs(record: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

function record(list: RuleForm['labels']): Record<string, string> {
  return Object.fromEntries(
    list.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  );
}

function dropUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
