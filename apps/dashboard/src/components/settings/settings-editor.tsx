'use client';

import type { ModelSettings } from '@leeway/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type Resolver, useForm } from 'react-hook-form';
import { ApiError } from '../../lib/api';
import { links } from '../../lib/links';
import { useAuthor } from '../../lib/use-author';
import { useDraft } from '../../lib/use-draft';
import { Button } from '../ui/button';
import { DraftNote } from '../ui/draft-note';
import { ErrorState } from '../ui/states';
import { fieldOf, fromSettings, type SettingsField, SettingsForm, toSettings } from './form-values';
import { saveSettings } from './queries';
import css from './settings.module.css';
import { BandFields, CapacityFields, WindowFields } from './settings-fields';

const resolver: Resolver<SettingsForm> = (values) => {
  const { errors } = toSettings(values);
  if (!errors) return { values, errors: {} };
  const wrong = Object.entries(errors).map(([field, message]) => [field, { type: 'settings', message }]);
  return { values: {}, errors: Object.fromEntries(wrong) };
};

/** The settings as a form. It is judged while it is typed, and what is typed survives a failed save or a closed page. */
export default function SettingsEditor(props: { model: string; settings: ModelSettings }) {
  const router = useRouter();
  const client = useQueryClient();
  const [author] = useAuthor();
  // What was stored when the form was opened: a refresh in the background must not type over a person.
  const [opened] = useState(() => fromSettings(props.settings));
  const form = useForm<SettingsForm>({ defaultValues: opened, resolver, mode: 'onChange' });
  const draft = useDraft(`settings:${props.model}`, form, SettingsForm);
  const { errors, isDirty } = form.formState;
  const save = useMutation({
    mutationFn: (values: SettingsForm) => {
      const { settings } = toSettings(values);
      if (!settings) throw new Error('The form is not complete.');
      return saveSettings(props.model, settings, author);
    },
    onSuccess: async (settings) => {
      form.reset(fromSettings(settings));
      draft.forget();
      await client.invalidateQueries({ queryKey: ['model', props.model] });
    },
    onError: (error) => {
      if (error instanceof ApiError)
        for (const { path, message } of error.problem.errors ?? [])
          form.setError(fieldOf(path), { type: 'collector', message });
    },
  });
  const part = { form, error: (field: SettingsField) => errors[field]?.message };
  const wrong = Object.keys(errors).length;

  return (
    <form className={css.form} noValidate onSubmit={form.handleSubmit((values) => save.mutate(values))}>
      <DraftNote at={draft.restoredAt} onDiscard={draft.discard} />
      <WindowFields {...part} />
      <BandFields {...part} />
      <CapacityFields {...part} />
      {save.isError ? <ErrorState error={save.error} /> : null}
      <div className={css.actions}>
        <span role="status" className={wrong > 0 ? `${css.state} ${css.bad}` : css.state}>
          {wrong > 0
            ? `${wrong === 1 ? 'One field needs' : `${wrong} fields need`} a change.`
            : save.isSuccess && !isDirty
              ? 'Saved. It counts from the next window on.'
              : ''}
        </span>
        <Button onClick={() => router.push(links.model(props.model))}>Back to the model</Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? 'Saving…' : save.isError ? 'Try saving again' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
