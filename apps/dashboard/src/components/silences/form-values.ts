import { type Matcher, NewSilence } from '@leeway/contract';
import type { FieldErrors } from 'react-hook-form';
import { z } from 'zod';

/** What the silence form holds: text as typed, until the contract has judged it. */
export const SilenceForm = z.object({
  matchers: z.array(z.object({ label: z.string(), op: z.enum(['=', '!=', '=~', '!~']), value: z.string() })),
  /** Minutes from now as text, or `custom` with `ends` holding a local date and time. */
  duration: z.string(),
  ends: z.string(),
  author: z.string(),
  comment: z.string(),
});
export type SilenceForm = z.infer<typeof SilenceForm>;

export const DURATIONS: readonly { value: string; label: string }[] = [
  { value: '60', label: '1 hour' },
  { value: '120', label: '2 hours' },
  { value: '480', label: '8 hours' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '1 week' },
  { value: 'custom', label: 'until …' },
];

export function emptySilence(matchers: readonly Matcher[], comment = ''): SilenceForm {
  return {
    matchers: matchers.length > 0 ? [...matchers] : [{ label: 'model', op: '=', value: '' }],
    duration: '120',
    ends: '',
    author: '',
    comment,
  };
}

/** The request behind the form at `now` (epoch ms), or what is wrong with which field. */
export function toSilence(
  form: SilenceForm,
  now: number,
): { silence: NewSilence; errors: null } | { silence: null; errors: FieldErrors<SilenceForm> } {
  const ends = form.duration === 'custom' ? Date.parse(form.ends) : now + Number(form.duration) * 60_000;
  const errors: FieldErrors<SilenceForm> = {};
  if (Number.isNaN(ends)) errors.ends = { type: 'ends', message: 'Choose when the silence ends.' };
  else if (ends <= now)
    errors.ends = { type: 'ends', message: 'That moment is over already; choose a later one.' };
  const parsed = NewSilence.safeParse({
    matchers: form.matchers.map(({ label, op, value }) => ({ label: label.trim(), op, value })),
    starts_at: new Date(now).toISOString(),
    ends_at: new Date(Number.isNaN(ends) ? now : ends).toISOString(),
    author: form.author.trim(),
    comment: form.comment.trim(),
  });
  if (parsed.success && form.matchers.every(({ op, value }) => op === '=' && value === ''))
    errors.matchers = {
      root: { type: 'all', message: 'Give at least one value, or it would silence everything.' },
    };
  if (!parsed.success) Object.assign(errors, fieldErrors(parsed.error, form));
  return parsed.success && Object.keys(errors).length === 0
    ? { silence: parsed.data, errors: null }
    : { silence: null, errors };
}

function fieldErrors(error: z.ZodError, form: SilenceForm): FieldErrors<SilenceForm> {
  const errors: FieldErrors<SilenceForm> = {};
  for (const { path, message } of error.issues) {
    if (path[0] === 'author') errors.author ??= { type: 'author', message: 'Sign it with your name.' };
    else if (path[0] === 'comment')
      errors.comment ??= {
        type: 'comment',
        message: form.comment.trim() ? message : 'Say why, for the colleague who finds it at night.',
      };
    else if (path[0] === 'matchers')
      errors.matchers ??= {
        root: {
          type: 'matchers',
          message: path.at(-1) === 'label' ? 'Each matcher needs a label, such as model.' : message,
        },
      };
  }
  return errors;
}
