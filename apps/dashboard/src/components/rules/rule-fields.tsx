'use client';

import { EvidencePolicy, RULE_SIGNALS, Severity } from '@leeway/contract';
import { type UseFormReturn, useWatch } from 'react-hook-form';
import { Field, Input, Select, TextArea } from '../ui/field';
import { type FormField, isPerSignal, type RuleForm } from './form-values';
import { PairList } from './pair-list';
import css from './rules.module.css';
import { SIGNAL_WORDS } from './words';

const GROUPS = [...new Set(Object.values(SIGNAL_WORDS).map(({ group }) => group))];
const POLICY_WORDS: Record<RuleForm['no_data'], string> = {
  keep_last: 'nothing changes',
  ok: 'it counts as fine',
  alert: 'it alerts',
  own_state: 'it is listed, not sent',
};

type Props = { form: UseFormReturn<RuleForm>; error: (field: FormField) => string | undefined };

/** What is watched and when it alerts. */
export function ConditionFields({ form, error }: Props) {
  const signal = useWatch({ control: form.control, name: 'signal' });
  const against = useWatch({ control: form.control, name: 'against' });
  const unit = SIGNAL_WORDS[signal].unit;
  return (
    <fieldset className={css.group}>
      <legend>Condition</legend>
      <Field label="Signal" error={error('signal')}>
        {(ids) => (
          <Select {...ids} {...form.register('signal')}>
            {GROUPS.map((group) => (
              <optgroup key={group} label={group}>
                {RULE_SIGNALS.filter((name) => SIGNAL_WORDS[name].group === group).map((name) => (
                  <option key={name} value={name}>
                    {SIGNAL_WORDS[name].text} ({name})
                  </option>
                ))}
              </optgroup>
            ))}
          </Select>
        )}
      </Field>
      <div className={css.condition}>
        <Field label="Is" error={error('op')}>
          {(ids) => (
            <Select {...ids} {...form.register('op')}>
              <option value=">">&gt;</option>
              <option value=">=">≥</option>
              <option value="<">&lt;</option>
              <option value="<=">≤</option>
            </Select>
          )}
        </Field>
        <Field label={against === 'value' ? `Threshold (${unit})` : 'Times'} error={error('threshold')}>
          {(ids) => <Input {...ids} inputMode="decimal" spellCheck={false} {...form.register('threshold')} />}
        </Field>
        <Field label="Compared with" error={error('against')}>
          {(ids) => (
            <Select {...ids} {...form.register('against')}>
              <option value="value">nothing: an absolute value</option>
              <option value="baseline">the baseline’s value</option>
              <option value="capacity">the capacity</option>
            </Select>
          )}
        </Field>
      </div>
      <div className={css.pair}>
        <Field label="For" hint="must hold this long, e.g. 10m" error={error('for')}>
          {(ids) => <Input {...ids} spellCheck={false} {...form.register('for')} />}
        </Field>
        <Field label="Keep firing for" hint="after it recovered" error={error('keep_firing_for')}>
          {(ids) => <Input {...ids} spellCheck={false} {...form.register('keep_firing_for')} />}
        </Field>
        <Field label="Recovery threshold" hint="empty: the threshold" error={error('recovery')}>
          {(ids) => <Input {...ids} inputMode="decimal" spellCheck={false} {...form.register('recovery')} />}
        </Field>
        <Field label="Window" hint="empty: the model’s own" error={error('window')}>
          {(ids) => <Input {...ids} spellCheck={false} {...form.register('window')} />}
        </Field>
        <Field label="At least this many events" error={error('min_rows')}>
          {(ids) => <Input {...ids} inputMode="numeric" spellCheck={false} {...form.register('min_rows')} />}
        </Field>
      </div>
    </fieldset>
  );
}

/** Which models, versions, segments and features it is about. */
export function SelectorFields({ form, error }: Props) {
  const signal = useWatch({ control: form.control, name: 'signal' });
  return (
    <fieldset className={css.group}>
      <legend>Where</legend>
      <div className={css.pair}>
        <Field label="Model" hint="* and ? stand for anything" error={error('model')}>
          {(ids) => <Input {...ids} spellCheck={false} {...form.register('model')} />}
        </Field>
        <Field label="Version" error={error('version')}>
          {(ids) => <Input {...ids} spellCheck={false} {...form.register('version')} />}
        </Field>
        <Field label="Segment" hint="tag=value; empty: all events" error={error('segment')}>
          {(ids) => <Input {...ids} spellCheck={false} {...form.register('segment')} />}
        </Field>
        <Field
          label="Feature"
          hint={isPerSignal(signal) ? undefined : 'counts for drift and quality only'}
          error={error('feature')}
        >
          {(ids) => (
            <Input
              {...ids}
              spellCheck={false}
              disabled={!isPerSignal(signal)}
              {...form.register('feature')}
            />
          )}
        </Field>
      </div>
    </fieldset>
  );
}

/** Who reads it and what they find. */
export function MessageFields({ form, error }: Props) {
  return (
    <fieldset className={css.group}>
      <legend>Message</legend>
      <div className={css.pair}>
        <Field label="Severity" error={error('severity')}>
          {(ids) => (
            <Select {...ids} {...form.register('severity')}>
              {Severity.options.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Runbook" error={error('runbook')}>
          {(ids) => (
            <Input
              {...ids}
              type="url"
              spellCheck={false}
              placeholder="https://"
              {...form.register('runbook')}
            />
          )}
        </Field>
      </div>
      <Field label="Description" error={error('description')}>
        {(ids) => <TextArea {...ids} rows={2} maxLength={2_000} {...form.register('description')} />}
      </Field>
      <PairList
        form={form}
        name="annotations"
        legend="Annotations, with {{model}}, {{signal}}, {{value}}, {{n}} filled in"
        error={error('annotations')}
      />
      <PairList form={form} name="labels" legend="Labels, for routes and silences" error={error('labels')} />
    </fieldset>
  );
}

/** What happens when there is nothing to judge, and what holds its messages back. */
export function EvidenceFields({ form, error }: Props) {
  const policy = (name: 'no_data' | 'on_error', label: string) => (
    <Field label={label} error={error(name)}>
      {(ids) => (
        <Select {...ids} {...form.register(name)}>
          {EvidencePolicy.options.map((one) => (
            <option key={one} value={one}>
              {POLICY_WORDS[one]}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
  return (
    <fieldset className={css.group}>
      <legend>Without evidence</legend>
      <div className={css.pair}>
        {policy('no_data', 'No data')}
        <Field label="No data counts after" error={error('no_data_for')}>
          {(ids) => <Input {...ids} spellCheck={false} {...form.register('no_data_for')} />}
        </Field>
        {policy('on_error', 'Evaluation fails')}
      </div>
      <Field
        label="Muted while these rules fire on the same model"
        hint="rule names, separated by commas"
        error={error('inhibited_by')}
      >
        {(ids) => <Input {...ids} spellCheck={false} {...form.register('inhibited_by')} />}
      </Field>
    </fieldset>
  );
}
