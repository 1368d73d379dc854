'use client';

import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';
import { Popover } from '../ui/popover';
import css from './events.module.css';
import { FEATURE_OPS, type FeatureFilter, featureProblem, featureText, OP_WORDS, tagText } from './filter';

/** Adds a condition on a feature or a tag; names that the page knows are offered. */
export function AddFilter(props: {
  features: readonly string[];
  tags: readonly string[];
  onFeature: (text: string) => void;
  onTag: (text: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState<FeatureFilter>({ name: '', op: '>', value: '' });
  const [tag, setTag] = useState('');
  const [tried, setTried] = useState(false);
  const problem = featureProblem(draft);
  const addFeature = (event: FormEvent) => {
    event.preventDefault();
    const text = featureText(draft);
    setTried(true);
    if (problem !== null || text === null) return;
    props.onFeature(text);
    setDraft({ name: '', op: '>', value: '' });
    setTried(false);
    setOpen(false);
  };
  const addTag = (event: FormEvent) => {
    event.preventDefault();
    const text = tagText(tag);
    if (text === null) return;
    props.onTag(text);
    setTag('');
    setOpen(false);
  };
  return (
    <Popover
      label="Add a filter"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <Plus size={14} aria-hidden="true" /> Filter
        </Button>
      }
    >
      <div className={css.popover}>
        <form className={css.form} onSubmit={addFeature} noValidate>
          <Field label="Feature" error={tried && problem ? problem : undefined}>
            {(ids) => (
              <Input
                {...ids}
                list="event-features"
                spellCheck={false}
                value={draft.name}
                onChange={(event) => setDraft({ ...draft, name: event.target.value })}
              />
            )}
          </Field>
          <Field label="Comparison">
            {(ids) => (
              <Select
                {...ids}
                value={draft.op}
                onChange={(event) =>
                  setDraft({ ...draft, op: FEATURE_OPS.find((op) => op === event.target.value) ?? '=' })
                }
              >
                {FEATURE_OPS.map((op) => (
                  <option key={op} value={op}>
                    {OP_WORDS[op]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Value">
            {(ids) => (
              <Input
                {...ids}
                spellCheck={false}
                disabled={draft.op === 'missing'}
                value={draft.value}
                onChange={(event) => setDraft({ ...draft, value: event.target.value })}
              />
            )}
          </Field>
          <Button type="submit" look="primary">
            Add
          </Button>
        </form>
        <datalist id="event-features">
          {props.features.slice(0, 500).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <form className={css.form} onSubmit={addTag}>
          <Field label="Tag">
            {(ids) => (
              <Input
                {...ids}
                list="event-tags"
                placeholder="region=eu"
                spellCheck={false}
                value={tag}
                onChange={(event) => setTag(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" disabled={tagText(tag) === null}>
            Add tag
          </Button>
        </form>
        <datalist id="event-tags">
          {props.tags.slice(0, 200).map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      </div>
    </Popover>
  );
}
