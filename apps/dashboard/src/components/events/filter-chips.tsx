'use client';

import { X } from 'lucide-react';
import { Button } from '../ui/button';
import css from './events.module.css';
import { parseFeature, tagText } from './filter';

/** The conditions in force, each with a way to take it off; one that can't be read says that it does nothing. */
export function FilterChips(props: {
  tags: readonly string[];
  features: readonly string[];
  onRemoveTag: (text: string) => void;
  onRemoveFeature: (text: string) => void;
}) {
  if (props.tags.length + props.features.length === 0) return null;
  return (
    <ul className={css.chips} aria-label="Filters">
      {props.features.map((text) => (
        <Chip
          key={`f ${text}`}
          text={text}
          broken={parseFeature(text) === null}
          onRemove={() => props.onRemoveFeature(text)}
        />
      ))}
      {props.tags.map((text) => (
        <Chip
          key={`t ${text}`}
          text={text}
          broken={tagText(text) === null}
          onRemove={() => props.onRemoveTag(text)}
        />
      ))}
    </ul>
  );
}

function Chip(props: { text: string; broken: boolean; onRemove: () => void }) {
  return (
    <li className={css.chip} title={props.broken ? 'This is no filter and is left out.' : props.text}>
      <span className={props.broken ? css.error : undefined}>
        {props.text}
        {props.broken ? ' (ignored)' : ''}
      </span>
      <Button look="quiet" icon aria-label={`Remove the filter ${props.text}`} onClick={props.onRemove}>
        <X size={13} aria-hidden="true" />
      </Button>
    </li>
  );
}
