'use client';

import type { ReactNode } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { Field, Input } from '../ui/field';
import type { SettingsField, SettingsForm } from './form-values';
import css from './settings.module.css';

type Part = { form: UseFormReturn<SettingsForm>; error: (field: SettingsField) => string | undefined };
type TextField = Exclude<SettingsField, 'seasonal'>;

/** How often and over what span the model is judged. */
export function WindowFields(part: Part) {
  return (
    <Group legend="Windows" about="Each window of events is compared with the baseline, signal by signal.">
      <Text {...part} name="window" label="Window" hint="length of one window, e.g. 1h" />
      <Text {...part} name="step" label="Step" hint="a window is judged this often, e.g. 5m" />
      <label className={css.check}>
        <input type="checkbox" {...part.form.register('seasonal')} />
        <span>
          Compare with the same hours of the week
          <span className={css.hint}>where the baseline carries timestamps</span>
        </span>
      </label>
    </Group>
  );
}

/** What counts as drift, and how many false alerts it may cost. */
export function BandFields(part: Part) {
  return (
    <Group
      legend="Verdicts"
      about="A verdict needs a large change and evidence that it is no chance; the budget sets how much evidence."
    >
      <Text {...part} name="moderate" label="Moderate from PSI" decimal />
      <Text {...part} name="significant" label="Significant from PSI" decimal />
      <Text
        {...part}
        name="false_alerts_per_day"
        label="False alerts a day"
        hint="the budget over all signals of the model"
        decimal
      />
      <Text {...part} name="bins" label="Bins" hint="that PSI, JS and chi-square are computed on" decimal />
    </Group>
  );
}

/** What the service is sized for, which segments are watched on their own, and what tokens cost. */
export function CapacityFields(part: Part) {
  return (
    <Group
      legend="Service"
      about="What the service is sized for, which segments are judged on their own, and what tokens cost."
    >
      <Text
        {...part}
        name="capacity_per_second"
        label="Capacity (requests/s)"
        hint="empty: learnt from history"
        decimal
      />
      <Text
        {...part}
        name="segment_tags"
        label="Segment tags"
        hint="at most 8, separated by commas, e.g. region"
      />
      <Text
        {...part}
        name="cost_per_1k_input"
        label="Cost of 1,000 input tokens"
        hint="any one currency"
        decimal
      />
      <Text {...part} name="cost_per_1k_output" label="Cost of 1,000 output tokens" decimal />
    </Group>
  );
}

function Group(props: { legend: string; about: string; children: ReactNode }) {
  return (
    <fieldset className={css.group}>
      <legend>{props.legend}</legend>
      <p className={css.about}>{props.about}</p>
      <div className={css.fields}>{props.children}</div>
    </fieldset>
  );
}

function Text(props: Part & { name: TextField; label: string; hint?: string; decimal?: boolean }) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error(props.name)}>
      {(ids) => (
        <Input
          {...ids}
          spellCheck={false}
          autoComplete="off"
          inputMode={props.decimal ? 'decimal' : undefined}
          {...props.form.register(props.name)}
        />
      )}
    </Field>
  );
}
