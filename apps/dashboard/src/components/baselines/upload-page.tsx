'use client';

import { BaselineOptions } from '@leeway/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { type FieldErrors, type Resolver, useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import { bytes } from '../../lib/format';
import { links } from '../../lib/links';
import { modelsQuery } from '../../lib/queries';
import { DEFAULT_RANGE } from '../../lib/range';
import { useDraft } from '../../lib/use-draft';
import { Button } from '../ui/button';
import { DraftNote } from '../ui/draft-note';
import { Field, Input } from '../ui/field';
import { Page } from '../ui/page';
import { ErrorState } from '../ui/states';
import css from './baselines.module.css';
import { FileDrop } from './file-drop';
import { columnsOf, guess } from './prepare';
import { uploadBaseline } from './queries';
import { Progress } from './rebin-progress';

const PARTS = [
  {
    name: 'timestamp',
    label: 'Timestamp column',
    hint: 'lets hours of the week be compared with each other',
  },
  { name: 'prediction', label: 'Prediction column', hint: undefined },
  { name: 'label', label: 'Label column', hint: 'the true outcome' },
  { name: 'score', label: 'Score column', hint: 'the probability behind the prediction' },
  { name: 'latency', label: 'Latency column', hint: 'in milliseconds' },
] as const;

const UploadForm = z.object({
  model: z.string(),
  name: z.string(),
  timestamp: z.string(),
  prediction: z.string(),
  label: z.string(),
  score: z.string(),
  latency: z.string(),
  exclude: z.string(),
  activate: z.boolean(),
});
type UploadForm = z.infer<typeof UploadForm>;

const resolver: Resolver<UploadForm> = (values) => {
  const errors: FieldErrors<UploadForm> =
    values.model.trim() === ''
      ? { model: { type: 'model', message: 'Name the model that it belongs to.' } }
      : {};
  return errors.model ? { values: {}, errors } : { values, errors: {} };
};

/** Training data becomes a baseline: the file, which column plays which part, and the upload with its progress. */
export function UploadPage(props: { model: string }) {
  const router = useRouter();
  const client = useQueryClient();
  const models = useQuery(modelsQuery(DEFAULT_RANGE));
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<readonly string[]>([]);
  const [missing, setMissing] = useState(false);
  const [sent, setSent] = useState(0);
  const stop = useRef<AbortController | null>(null);
  const form = useForm<UploadForm>({ defaultValues: emptyForm(props.model), resolver });
  const draft = useDraft('baseline-upload', form, UploadForm);
  const activate = useWatch({ control: form.control, name: 'activate' });
  const upload = useMutation({
    mutationFn: ({ chosen, values }: { chosen: File; values: UploadForm }) => {
      setSent(0);
      stop.current = new AbortController();
      return uploadBaseline(values.model.trim(), chosen, optionsOf(values), setSent, stop.current.signal);
    },
    onSuccess: async (summary) => {
      draft.forget();
      await client.invalidateQueries({ queryKey: ['baselines'] });
      router.push(links.baseline(summary.id));
    },
  });

  const choose = async (chosen: File) => {
    setFile(chosen);
    setMissing(false);
    upload.reset();
    const head = await chosen.slice(0, 65_536).text();
    const found = columnsOf(chosen.name, head) ?? [];
    setColumns(found);
    for (const { name } of PARTS)
      if (form.getValues(name) === '') form.setValue(name, guess(found, name), { shouldDirty: true });
    if (form.getValues('name') === '')
      form.setValue('name', chosen.name.replace(/\.[^.]+$/, '').slice(0, 100));
  };
  const submit = form.handleSubmit((values) => {
    if (file) upload.mutate({ chosen: file, values });
    else setMissing(true);
  });
  const stopped = upload.error instanceof DOMException && upload.error.name === 'AbortError';

  return (
    <Page
      title="Upload a baseline"
      lead={<p>Training data, or a good stretch of production, as Parquet, CSV or NDJSON</p>}
    >
      <form className={css.form} noValidate onSubmit={submit}>
        <DraftNote at={draft.restoredAt} onDiscard={draft.discard} />
        <FileDrop onFile={(chosen) => void choose(chosen)} disabled={upload.isPending}>
          {file ? (
            <p>
              <b>{file.name}</b> <span className={css.dim}>{bytes(file.size)}</span>
            </p>
          ) : (
            <p className={css.dim}>Drop a file here, or choose one.</p>
          )}
          {missing ? (
            <p role="alert" className={css.bad}>
              Choose the file first.
            </p>
          ) : null}
        </FileDrop>
        <div className={css.pair}>
          <Field label="Model" error={form.formState.errors.model?.message}>
            {(ids) => (
              <Input
                {...ids}
                list="upload-models"
                maxLength={200}
                spellCheck={false}
                {...form.register('model')}
              />
            )}
          </Field>
          <Field label="Name of the baseline" hint="the file’s name when empty">
            {(ids) => <Input {...ids} maxLength={200} {...form.register('name')} />}
          </Field>
        </div>
        <datalist id="upload-models">
          {models.data?.models.slice(0, 500).map(({ model }) => (
            <option key={model} value={model} />
          ))}
        </datalist>
        <div className={css.pair}>
          {PARTS.map(({ name, label, hint }) => (
            <Field key={name} label={label} hint={hint ?? 'empty: none'}>
              {(ids) => <Input {...ids} list="upload-columns" spellCheck={false} {...form.register(name)} />}
            </Field>
          ))}
          <Field label="Leave out" hint="columns, separated by commas">
            {(ids) => <Input {...ids} spellCheck={false} {...form.register('exclude')} />}
          </Field>
        </div>
        <datalist id="upload-columns">
          {columns.slice(0, 500).map((column) => (
            <option key={column} value={column} />
          ))}
        </datalist>
        <label className={css.check}>
          <input type="checkbox" {...form.register('activate')} />
          Compare with it from now on
        </label>
        {upload.isPending ? (
          sent < 1 ? (
            <Progress share={sent} text="Sending" />
          ) : (
            <p role="status">Sent. The collector reads it: types, bins and counts of each column…</p>
          )
        ) : null}
        {stopped ? <p role="status">Stopped; nothing was stored.</p> : null}
        {upload.isError && !stopped ? <ErrorState error={upload.error} /> : null}
        <div className={css.actions}>
          {upload.isPending ? (
            <Button onClick={() => stop.current?.abort()}>Stop</Button>
          ) : (
            <Button onClick={() => router.push(links.baselines())}>Cancel</Button>
          )}
          <Button type="submit" look="primary" disabled={upload.isPending}>
            {activate ? 'Upload and activate' : 'Upload'}
          </Button>
        </div>
      </form>
    </Page>
  );
}

function emptyForm(model: string): UploadForm {
  return {
    model,
    name: '',
    timestamp: '',
    prediction: '',
    label: '',
    score: '',
    latency: '',
    exclude: '',
    activate: true,
  };
}

function optionsOf(values: UploadForm): BaselineOptions {
  const given = Object.fromEntries(
    (['name', 'timestamp', 'prediction', 'label', 'score', 'latency'] as const)
      .map((name) => [name, values[name].trim()] as const)
      .filter(([, value]) => value !== ''),
  );
  const exclude = values.exclude
    .split(',')
    .map((column) => column.trim())
    .filter(Boolean);
  return BaselineOptions.parse({ ...given, exclude, activate: values.activate });
}
