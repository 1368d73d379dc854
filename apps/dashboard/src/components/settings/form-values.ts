import { Duration, durationMs, ModelSettings } from '@leeway/contract';
import { z } from 'zod';

/** What the settings form holds: text as typed. `toSettings` makes the contract's shape of it. */
export const SettingsForm = z.object({
  window: z.string(),
  step: z.string(),
  bins: z.string(),
  moderate: z.string(),
  significant: z.string(),
  false_alerts_per_day: z.string(),
  /** Empty: learnt from history. */
  capacity_per_second: z.string(),
  /** Tag names separated by commas. */
  segment_tags: z.string(),
  seasonal: z.boolean(),
  cost_per_1k_input: z.string(),
  cost_per_1k_output: z.string(),
});
export type SettingsForm = z.infer<typeof SettingsForm>;
export type SettingsField = keyof SettingsForm;
export type SettingsErrors = Partial<Record<SettingsField, string>>;

const NUMBERS = [
  'bins',
  'moderate',
  'significant',
  'false_alerts_per_day',
  'capacity_per_second',
  'cost_per_1k_input',
  'cost_per_1k_output',
] as const;

/** Stored settings as the form shows them. */
export function fromSettings(settings: ModelSettings): SettingsForm {
  return {
    window: durationText(settings.window_ms),
    step: durationText(settings.step_ms),
    bins: String(settings.bins),
    moderate: String(settings.moderate),
    significant: String(settings.significant),
    false_alerts_per_day: String(settings.false_alerts_per_day),
    capacity_per_second: settings.capacity_per_second === null ? '' : String(settings.capacity_per_second),
    segment_tags: settings.segment_tags.join(', '),
    seasonal: settings.seasonal,
    cost_per_1k_input: String(settings.cost_per_1k_input),
    cost_per_1k_output: String(settings.cost_per_1k_output),
  };
}

/** The form as settings, or one message a field that names the fix. */
export function toSettings(
  form: SettingsForm,
): { settings: ModelSettings; errors: null } | { settings: null; errors: SettingsErrors } {
  const errors: SettingsErrors = {};
  for (const field of ['window', 'step'] as const)
    if (!Duration.safeParse(form[field].trim()).success)
      errors[field] = 'Write a duration such as 5m, 1h or 1h30m.';
  for (const field of NUMBERS)
    if (!Number.isFinite(toNumber(form[field])) && !(field === 'capacity_per_second' && blank(form[field])))
      errors[field] =
        field === 'capacity_per_second'
          ? 'Write requests a second, such as 50, or leave it empty.'
          : 'Write a number.';
  if (Object.keys(errors).length > 0) return { settings: null, errors };
  const parsed = ModelSettings.safeParse({
    window_ms: durationMs(form.window.trim()),
    step_ms: durationMs(form.step.trim()),
    ...Object.fromEntries(NUMBERS.map((field) => [field, toNumber(form[field])])),
    capacity_per_second: blank(form.capacity_per_second) ? null : toNumber(form.capacity_per_second),
    segment_tags: [...new Set(form.segment_tags.split(',').map((tag) => tag.trim()))].filter(Boolean),
    seasonal: form.seasonal,
  });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) errors[fieldOf(String(issue.path[0]))] ??= fixOf(issue);
    return { settings: null, errors };
  }
  const together = contradiction(parsed.data);
  return together ? { settings: null, errors: together } : { settings: parsed.data, errors: null };
}

/** What the collector refuses of settings that are each fine, said before they are sent. */
function contradiction(settings: ModelSettings): SettingsErrors | null {
  const { window_ms: window, step_ms: step } = settings;
  for (const [field, ms] of [
    ['window', window],
    ['step', step],
  ] as const)
    if (ms < MINUTE || ms % MINUTE !== 0)
      return { [field]: 'Use whole minutes: histograms are counted by the minute.' };
  if (step > window) return { step: 'Make it at most the window, or events between windows go unjudged.' };
  if (window % step !== 0)
    return { step: 'Let the window be a multiple of it, such as 5m for a window of 1h.' };
  if (settings.significant < settings.moderate)
    return { significant: 'Make it at least as large as the moderate band.' };
  return null;
}

/** The form's field behind a field of the contract, or behind the API's `$.window_ms`. */
export function fieldOf(path: string): SettingsField {
  const name = path.replace(/^\$\.?/, '').split(/[.[]/)[0] ?? '';
  if (name === 'window_ms') return 'window';
  if (name === 'step_ms') return 'step';
  return SettingsForm.keyof().safeParse(name).data ?? 'window';
}

/** Milliseconds as the shortest duration that means the same: `1h30m`, `5m`. */
export function durationText(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text || '0';
}

const MINUTE = 60_000;
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', MINUTE],
  ['s', 1_000],
  ['ms', 1],
] as const;

function blank(text: string): boolean {
  return text.trim() === '';
}

/** NaN for text that is no number, including the empty one (which `Number` takes for zero). */
function toNumber(text: string): number {
  return blank(text) ? Number.NaN : Number(text.trim().replace(',', '.'));
}

/** What to do about a value that the contract refuses. */
function fixOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `Make it ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}.`;
  if (issue.code === 'too_big' && issue.origin === 'number')
    return `Make it at most ${Number(issue.maximum).toLocaleString('en-GB')}.`;
  const text = issue.message.replace(/^Invalid input: /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
