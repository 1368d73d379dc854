'use client';

import type { ListedRule } from '@leeway/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type Resolver, useForm, useWatch } from 'react-hook-form';
import { links } from '../../lib/links';
import { useDraft } from '../../lib/use-draft';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { DraftNote } from '../ui/draft-note';
import { Field, Input } from '../ui/field';
import { Section } from '../ui/page';
import { ErrorState, Skeleton } from '../ui/states';
import { type FormField, RuleForm, ruleErrors, toRule } from './form-values';
import { deleteRule, saveRule } from './queries';
import { ConditionFields, EvidenceFields, MessageFields, SelectorFields } from './rule-fields';
import css from './rules.module.css';
import { type Check, useCheck } from './use-check';

const BacktestPanel = dynamic(() => import('./backtest-panel'), {
  ssr: false,
  loading: () => <Skeleton height={80} />,
});
const YamlPreview = dynamic(() => import('./yaml-preview'), {
  ssr: false,
  loading: () => <Skeleton height={80} />,
});

const resolver: Resolver<RuleForm> = (values) => {
  const errors = Object.entries(ruleErrors(values)).map(([field, message]) => [
    field,
    { type: 'rule', message },
  ]);
  return errors.length > 0 ? { values: {}, errors: Object.fromEntries(errors) } : { values, errors: {} };
};

/**
 * The rule's form. It is judged while it is typed, can be tried on stored history before it is saved, and what is
 * typed survives a failed save, an expired session and a closed page.
 */
export default function RuleEditor(props: { existing: ListedRule | null; values: RuleForm }) {
  const router = useRouter();
  const client = useQueryClient();
  const form = useForm<RuleForm>({ defaultValues: props.values, resolver, mode: 'onTouched' });
  const draft = useDraft(`rule:${props.existing?.name ?? `new:${props.values.name}`}`, form, RuleForm);
  const values = useWatch({ control: form.control }) as RuleForm;
  const check = useCheck(values);
  const [deleting, setDeleting] = useState(false);
  const [yaml, setYaml] = useState(false);
  const { touchedFields, isSubmitted } = form.formState;
  const error = (field: FormField) =>
    isSubmitted || touchedFields[field] !== undefined || props.existing !== null || draft.restoredAt !== null
      ? check.errors[field]
      : undefined;
  const fromFile = props.existing?.origin === 'file' && values.name === props.existing.name;

  const leave = async () => {
    draft.forget();
    // Not asked again here: the rule that this page shows may be gone.
    await client.invalidateQueries({ queryKey: ['rules'], refetchType: 'none' });
    router.push(links.rules());
  };
  const save = useMutation({
    mutationFn: (sent: RuleForm) => saveRule(sent.name.trim(), toRule(sent)),
    onSuccess: leave,
  });
  const remove = useMutation({ mutationFn: () => deleteRule(props.existing?.name ?? ''), onSuccess: leave });

  return (
    <div className={css.editor}>
      <form className={css.form} noValidate onSubmit={form.handleSubmit((sent) => save.mutate(sent))}>
        <DraftNote at={draft.restoredAt} onDiscard={draft.discard} />
        <div className={css.pair}>
          <Field label="Name" error={error('name')}>
            {(ids) => (
              <Input
                {...ids}
                spellCheck={false}
                maxLength={120}
                readOnly={props.existing !== null && props.existing.origin !== 'file'}
                {...form.register('name')}
              />
            )}
          </Field>
        </div>
        <ConditionFields form={form} error={error} />
        <SelectorFields form={form} error={error} />
        <MessageFields form={form} error={error} />
        <EvidenceFields form={form} error={error} />
        {save.isError ? <ErrorState error={save.error} /> : null}
        <div className={css.actions}>
          <span role="status" className={check.state === 'wrong' ? `${css.verdict} ${css.bad}` : css.verdict}>
            {fromFile ? 'Give the copy another name to save it.' : checkText(check, isSubmitted)}
          </span>
          {props.existing?.origin === 'api' ? (
            <Button look="danger" onClick={() => setDeleting(true)}>
              Delete
            </Button>
          ) : null}
          <Button onClick={() => router.push(links.rules())}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending || fromFile}>
            {save.isPending ? 'Saving…' : save.isError ? 'Try saving again' : 'Save'}
          </Button>
        </div>
      </form>
      <div className={css.aside}>
        <Section title="What it would have done" note="on stored history, before it is saved">
          <BacktestPanel
            rule={toRule(values)}
            signal={values.signal}
            watches={values.model.trim() || '*'}
            sound={check.state === 'sound' || check.state === 'unknown'}
          />
        </Section>
        <Section title="The same as a file">
          {yaml ? (
            <YamlPreview rule={toRule(values)} />
          ) : (
            <p>
              <Button onClick={() => setYaml(true)}>Show the YAML</Button>
            </p>
          )}
        </Section>
      </div>
      {deleting ? (
        <Dialog
          open
          onOpenChange={setDeleting}
          title={`Delete ${props.existing?.name}?`}
          description="Its alerts resolve at once, with the reason that the rule was removed."
        >
          {remove.isError ? <ErrorState error={remove.error} /> : null}
          <div className={css.actions}>
            <Button onClick={() => setDeleting(false)}>Keep it</Button>
            <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
              Delete the rule
            </Button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}

function checkText(check: Check, submitted: boolean): string {
  const wrong = Object.keys(check.errors).length;
  switch (check.state) {
    case 'checking':
      return 'Checking…';
    case 'sound':
      return 'The collector takes this rule.';
    case 'unknown':
      return `It could not be checked now: ${check.unknown} Nothing typed is lost.`;
    case 'wrong':
      return submitted || wrong > 1 || !check.errors.name
        ? `${wrong === 1 ? 'One field needs' : `${wrong} fields need`} a change: ${Object.keys(check.errors).join(', ').replaceAll('_', ' ')}.`
        : 'Give it a name.';
  }
}
