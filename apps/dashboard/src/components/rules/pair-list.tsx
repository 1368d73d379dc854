'use client';

import { Plus, X } from 'lucide-react';
import { type UseFormReturn, useFieldArray } from 'react-hook-form';
import { Button } from '../ui/button';
import { Input } from '../ui/field';
import fieldCss from '../ui/field.module.css';
import type { RuleForm } from './form-values';
import css from './rules.module.css';

/** Names with values, as many as one likes: labels and annotations. */
export function PairList(props: {
  form: UseFormReturn<RuleForm>;
  name: 'labels' | 'annotations';
  legend: string;
  error: string | undefined;
}) {
  const { form, name } = props;
  const list = useFieldArray({ control: form.control, name });
  return (
    <div className={css.list}>
      <p className={fieldCss.label}>{props.legend}</p>
      {list.fields.map((field, index) => (
        <div key={field.id} className={css.entry}>
          <Input
            aria-label={`Name ${index + 1} of ${name}`}
            placeholder={name === 'labels' ? 'team' : 'summary'}
            spellCheck={false}
            maxLength={200}
            {...form.register(`${name}.${index}.name`)}
          />
          <Input
            aria-label={`Value ${index + 1} of ${name}`}
            spellCheck={name === 'annotations'}
            maxLength={4_000}
            {...form.register(`${name}.${index}.value`)}
          />
          <Button
            look="quiet"
            icon
            aria-label={`Remove ${index + 1} of ${name}`}
            onClick={() => list.remove(index)}
          >
            <X size={14} aria-hidden="true" />
          </Button>
        </div>
      ))}
      {props.error ? (
        <p role="alert" className={fieldCss.error}>
          {props.error}
        </p>
      ) : null}
      <Button
        look="quiet"
        className={css.add}
        disabled={list.fields.length >= 50}
        onClick={() => list.append({ name: '', value: '' })}
      >
        <Plus size={14} aria-hidden="true" /> Add {name === 'labels' ? 'a label' : 'an annotation'}
      </Button>
    </div>
  );
}
