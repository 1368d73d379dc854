'use client';

import { useState } from 'react';
import { isZone } from '../../lib/time';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Popover } from '../ui/popover';
import { useZone } from '../zone';
import css from './zone-switch.module.css';

/** Which time zone all times are shown in: the browser's, UTC, or any other by its IANA name. */
export function ZoneSwitch() {
  const { zone, local, choose } = useZone();
  const [draft, setDraft] = useState('');
  const wrong = draft !== '' && !isZone(draft);
  return (
    <Popover
      label="Time zone"
      align="end"
      trigger={
        <Button look="quiet" className={css.trigger} aria-label={`Time zone: ${zone}`}>
          {zone === 'UTC' ? 'UTC' : (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')}
        </Button>
      }
    >
      <div className={css.list}>
        {[...new Set([local, 'UTC', zone])].map((name) => (
          <Button key={name} look="quiet" aria-pressed={zone === name} onClick={() => choose(name)}>
            {name}
            {name === local && local !== 'UTC' ? ' (this browser)' : ''}
          </Button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (draft && !wrong) choose(draft);
          }}
        >
          <Field
            label="Another zone"
            hint="For example Europe/Berlin; Enter takes it"
            error={wrong ? 'No zone has this name; write it like America/New_York.' : undefined}
          >
            {(ids) => (
              <Input
                {...ids}
                value={draft}
                spellCheck={false}
                onChange={(event) => setDraft(event.target.value.trim())}
              />
            )}
          </Field>
        </form>
      </div>
    </Popover>
  );
}
