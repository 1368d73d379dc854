'use client';

import type { BaselineSummary, ModelDetail, Slice } from '@leeway/contract';
import { useEffect, useState } from 'react';
import type { CompareState, SideName } from '../../lib/compare-sides';
import { momentMs, type Range, rangeProblem } from '../../lib/range';
import { typedMoment } from '../../lib/time';
import { useNow } from '../now';
import { Field, Input, Select } from '../ui/field';
import { Segmented } from '../ui/toggle';
import { useZone } from '../zone';
import css from './compare.module.css';

type Change = Partial<Record<keyof CompareState, string | null>>;

/** What one side of a comparison is: a training baseline, or a slice of production. */
export function SidePicker(props: {
  name: SideName;
  slice: Slice;
  state: CompareState;
  range: Range;
  model: ModelDetail;
  baselines: readonly BaselineSummary[];
  onChange: (change: Change) => void;
}) {
  const { name, slice, state } = props;
  const kind = slice.baseline ? 'baseline' : 'production';
  const field = (of: 'baseline' | 'version' | 'segment' | 'from' | 'to') => `${name}_${of}` as const;
  const none: Change = {
    [field('baseline')]: null,
    [field('version')]: null,
    [field('segment')]: null,
    [field('from')]: null,
    [field('to')]: null,
  };
  return (
    <fieldset className={css.side}>
      <legend className={css.legend}>{name.toUpperCase()}</legend>
      <Segmented
        label={`What ${name.toUpperCase()} is`}
        value={kind}
        options={[
          { value: 'baseline', label: 'Baseline' },
          { value: 'production', label: 'Production' },
        ]}
        onChange={(next) =>
          props.onChange(
            next === 'baseline'
              ? { ...none, [field('baseline')]: 'active' }
              : { ...none, [field('from')]: props.range.from, [field('to')]: props.range.to },
          )
        }
      />
      {slice.baseline ? (
        <Select
          aria-label={`Baseline of ${name.toUpperCase()}`}
          value={slice.baseline}
          onChange={(event) => props.onChange({ ...none, [field('baseline')]: event.target.value })}
        >
          <option value="active">Active baseline</option>
          {props.baselines.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
              {one.active ? ' (active)' : ''}
            </option>
          ))}
        </Select>
      ) : (
        <div className={css.slice}>
          <Choice
            label="Version"
            all="All versions"
            value={state[field('version')]}
            options={props.model.versions}
            onChange={(value) => props.onChange({ [field('version')]: value || null })}
          />
          <Choice
            label="Segment"
            all="All segments"
            value={state[field('segment')]}
            options={props.model.segments.filter(Boolean)}
            onChange={(value) => props.onChange({ [field('segment')]: value || null })}
          />
          <Times
            from={slice.from ?? props.range.from}
            to={slice.to ?? props.range.to}
            onChange={(from, to) => props.onChange({ [field('from')]: from, [field('to')]: to })}
          />
        </div>
      )}
    </fieldset>
  );
}

function Choice(props: {
  label: string;
  all: string;
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
}) {
  const options = [...new Set([...props.options, ...(props.value ? [props.value] : [])])];
  return (
    <Field label={props.label}>
      {(ids) => (
        <Select {...ids} value={props.value} onChange={(event) => props.onChange(event.target.value)}>
          <option value="">{props.all}</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** Both ends of a side's time; taken over when a field is left or Enter is pressed, and only when sound. */
function Times(props: { from: string; to: string; onChange: (from: string, to: string) => void }) {
  const [draft, setDraft] = useState({ from: props.from, to: props.to });
  const now = useNow();
  const { zone } = useZone();
  useEffect(() => setDraft({ from: props.from, to: props.to }), [props.from, props.to]);
  const typed = { from: typedMoment(draft.from, zone), to: typedMoment(draft.to, zone) };
  const problem = rangeProblem(typed, now);
  const commit = () => {
    if (
      problem === null &&
      momentMs(typed.from, now) !== null &&
      (typed.from !== props.from || typed.to !== props.to)
    )
      props.onChange(typed.from, typed.to);
  };
  return (
    <>
      <Field label="From" error={problem ?? undefined}>
        {(ids) => (
          <Input
            {...ids}
            spellCheck={false}
            value={draft.from}
            onChange={(event) => setDraft({ ...draft, from: event.target.value })}
            onBlur={commit}
            onKeyDown={(event) => event.key === 'Enter' && commit()}
          />
        )}
      </Field>
      <Field label="To">
        {(ids) => (
          <Input
            {...ids}
            spellCheck={false}
            value={draft.to}
            onChange={(event) => setDraft({ ...draft, to: event.target.value })}
            onBlur={commit}
            onKeyDown={(event) => event.key === 'Enter' && commit()}
          />
        )}
      </Field>
    </>
  );
}
