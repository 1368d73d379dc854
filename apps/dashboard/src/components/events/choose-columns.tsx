'use client';

import { useState } from 'react';
import { Button } from '../ui/button';
import { Input } from '../ui/field';
import { Popover } from '../ui/popover';
import css from './events.module.css';

/** Columns shown at once: more than fit on a screen helps nobody. */
export const MOST_COLUMNS = 12;

/** Which features get a column. */
export function ChooseColumns(props: {
  features: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const [text, setText] = useState('');
  const needle = text.trim().toLowerCase();
  const names = [...new Set([...props.chosen, ...props.features])].filter((name) =>
    name.toLowerCase().includes(needle),
  );
  return (
    <Popover
      label="Feature columns"
      align="end"
      trigger={
        <Button>
          Columns <span className={css.dim}>{props.chosen.length}</span>
        </Button>
      }
    >
      <div className={css.columns}>
        <Input
          type="search"
          aria-label="Search features"
          placeholder="Search features"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {names.slice(0, 200).map((name) => {
          const on = props.chosen.includes(name);
          return (
            <label key={name} className={css.check}>
              <input
                type="checkbox"
                checked={on}
                disabled={!on && props.chosen.length >= MOST_COLUMNS}
                onChange={() =>
                  props.onChange(on ? props.chosen.filter((one) => one !== name) : [...props.chosen, name])
                }
              />
              {name}
            </label>
          );
        })}
        {names.length === 0 ? <p className={css.dim}>No feature by that name.</p> : null}
      </div>
    </Popover>
  );
}
