'use client';

import { useMemo } from 'react';
import { shorten } from '../../lib/format';
import { Field, Select } from '../ui/field';
import { AddFilter } from './add-filter';
import { ChooseColumns } from './choose-columns';
import css from './events.module.css';
import { TypedInput } from './typed-input';
import type { ChoosableModel, EventState } from './use-event-search';

/** Model, version and event id, with the ways to add a condition and to choose columns. */
export function EventFilters(props: {
  model: string;
  models: readonly ChoosableModel[];
  /** Features and tags seen on this page of events, offered as names. */
  features: readonly string[];
  tags: readonly string[];
  chosen: readonly string[];
  state: EventState;
  onChange: (change: Partial<EventState>) => void;
}) {
  const { model, state, onChange: set } = props;
  // A thousand of them: made once, not for every change of a filter.
  const options = useMemo(
    () =>
      [...new Set([...props.models.map((one) => one.model), model])].filter(Boolean).map((name) => (
        <option key={name} value={name}>
          {shorten(name, 80)}
        </option>
      )),
    [props.models, model],
  );
  const versions = props.models.find((one) => one.model === model)?.versions ?? [];
  return (
    <search className={css.filters}>
      <div className={css.wide}>
        <Field label="Model">
          {(ids) => (
            <Select
              {...ids}
              value={model}
              onChange={(event) => set({ model: event.target.value, column: [], signal: '' })}
            >
              {model === '' ? <option value="">choose a model</option> : null}
              {options}
            </Select>
          )}
        </Field>
      </div>
      <div className={css.field}>
        <Field label="Version">
          {(ids) => (
            <TypedInput
              ids={ids}
              value={state.version}
              list="event-versions"
              onCommit={(version) => set({ version })}
            />
          )}
        </Field>
        <datalist id="event-versions">
          {versions.slice(0, 100).map((version) => (
            <option key={version} value={version} />
          ))}
        </datalist>
      </div>
      <div className={css.field}>
        <Field label="Event id">
          {(ids) => <TypedInput ids={ids} value={state.id} search onCommit={(id) => set({ id })} />}
        </Field>
      </div>
      <AddFilter
        features={props.features}
        tags={props.tags}
        onFeature={(text) => set({ feature: [...state.feature, text] })}
        onTag={(text) => set({ tag: [...state.tag, text] })}
      />
      <ChooseColumns
        features={props.features}
        chosen={props.chosen}
        onChange={(column) => set({ column, signal: '' })}
      />
    </search>
  );
}
