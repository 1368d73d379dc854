'use client';

import type { Matcher, Silence } from '@leeway/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { type Resolver, useFieldArray, useForm, useWatch } from 'react-hook-form';
import { useAuthor } from '../../lib/use-author';
import { useDraft } from '../../lib/use-draft';
import { Button } from '../ui/button';
import { DraftNote } from '../ui/draft-note';
import { Field, Input, Select, TextArea } from '../ui/field';
import { ErrorState } from '../ui/states';
import { Affected } from './affected';
import { DURATIONS, emptySilence, SilenceForm, toSilence } from './form-values';
import { createSilence } from './queries';
import css from './silences.module.css';

const LABELS = ['model', 'version', 'segment', 'signal', 'rule', 'severity', 'incident', 'condition'];
const OPS: readonly { value: Matcher['op']; label: string }[] = [
  { value: '=', label: 'is' },
  { value: '!=', label: 'is not' },
  { value: '=~', label: 'matches' },
  { value: '!~', label: 'does not match' },
];

const resolver: Resolver<SilenceForm> = (values) => {
  const { errors } = toSilence(values, Date.now());
  return errors ? { values: {}, errors } : { values, errors: {} };
};

/** Who is held back, how long, by whom and why. What is typed survives a failed save and a closed page. */
export function SilenceEditor(props: {
  matchers: readonly Matcher[];
  comment?: string;
  /** Drafts of different origin don't mix: one key an alert, one for the blank form. */
  draftKey: string;
  onDone: (silence: Silence) => void;
  onCancel: () => void;
}) {
  const client = useQueryClient();
  const [author, keepAuthor] = useAuthor();
  const defaults = useMemo(
    () => emptySilence(props.matchers, props.comment),
    [props.matchers, props.comment],
  );
  const form = useForm<SilenceForm>({ defaultValues: defaults, resolver, mode: 'onTouched' });
  const matchers = useFieldArray({ control: form.control, name: 'matchers' });
  const draft = useDraft(`silence:${props.draftKey}`, form, SilenceForm);
  const watched = useWatch({ control: form.control, name: 'matchers' });
  const duration = useWatch({ control: form.control, name: 'duration' });
  const { errors } = form.formState;

  useEffect(() => {
    if (author && form.getValues('author') === '') form.setValue('author', author);
  }, [author, form]);

  const save = useMutation({
    mutationFn: (values: SilenceForm) => {
      const { silence } = toSilence(values, Date.now());
      if (!silence) throw new Error('The form is not complete.');
      return createSilence(silence);
    },
    onSuccess: async (silence) => {
      keepAuthor(silence.author);
      draft.forget();
      await Promise.all(
        ['silences', 'alerts'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      );
      props.onDone(silence);
    },
  });

  return (
    <form className={css.form} noValidate onSubmit={form.handleSubmit((values) => save.mutate(values))}>
      <DraftNote at={draft.restoredAt} onDiscard={draft.discard} />
      <fieldset className={css.matchers} aria-describedby={errors.matchers ? 'matchers-error' : undefined}>
        <legend className={css.legend}>Alerts where all of these hold</legend>
        {matchers.fields.map((field, index) => (
          <div key={field.id} className={css.matcher}>
            <Input
              aria-label={`Label ${index + 1}`}
              list="silence-labels"
              spellCheck={false}
              placeholder="label"
              {...form.register(`matchers.${index}.label`)}
            />
            <Select aria-label={`Comparison ${index + 1}`} {...form.register(`matchers.${index}.op`)}>
              {OPS.map((op) => (
                <option key={op.value} value={op.value}>
                  {op.label}
                </option>
              ))}
            </Select>
            <Input
              aria-label={`Value ${index + 1}`}
              spellCheck={false}
              placeholder="value"
              maxLength={1_000}
              {...form.register(`matchers.${index}.value`)}
            />
            <Button
              look="quiet"
              icon
              aria-label={`Remove matcher ${index + 1}`}
              disabled={matchers.fields.length === 1}
              onClick={() => matchers.remove(index)}
            >
              <X size={14} aria-hidden="true" />
            </Button>
          </div>
        ))}
        <datalist id="silence-labels">
          {LABELS.map((label) => (
            <option key={label} value={label} />
          ))}
        </datalist>
        <div className={css.row}>
          <Button
            look="quiet"
            disabled={matchers.fields.length >= 20}
            onClick={() => matchers.append({ label: '', op: '=', value: '' })}
          >
            <Plus size={14} aria-hidden="true" /> Add a matcher
          </Button>
          <Affected matchers={watched} />
        </div>
        {errors.matchers ? (
          <p id="matchers-error" role="alert" className={css.error}>
            {errors.matchers.root?.message ?? errors.matchers.message}
          </p>
        ) : null}
      </fieldset>
      <div className={css.pair}>
        <Field label="For how long, from now">
          {(ids) => (
            <Select {...ids} {...form.register('duration')}>
              {DURATIONS.map((one) => (
                <option key={one.value} value={one.value}>
                  {one.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {duration === 'custom' ? (
          <Field label="Until (this computer's time)" error={errors.ends?.message}>
            {(ids) => <Input {...ids} type="datetime-local" {...form.register('ends')} />}
          </Field>
        ) : null}
      </div>
      <Field label="Why" error={errors.comment?.message}>
        {(ids) => <TextArea {...ids} rows={2} maxLength={2_000} required {...form.register('comment')} />}
      </Field>
      <Field label="Your name" error={errors.author?.message}>
        {(ids) => (
          <Input {...ids} autoComplete="name" maxLength={200} required {...form.register('author')} />
        )}
      </Field>
      {save.isError ? <ErrorState error={save.error} /> : null}
      <div className={css.actions}>
        <Button onClick={props.onCancel}>Cancel</Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? 'Silencing…' : 'Silence'}
        </Button>
      </div>
    </form>
  );
}
