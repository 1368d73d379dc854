'use client';

import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { PRESETS, type Range, rangeProblem } from '../../lib/range';
import { rangeLabel } from '../../lib/range-label';
import { typedMoment } from '../../lib/time';
import { useRange } from '../../lib/use-range';
import { useNow } from '../now';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Popover } from '../ui/popover';
import { useZone } from '../zone';
import css from './range-picker.module.css';

/** The time range: presets, or both ends typed in the grammar that the URL and the API share. */
export function RangePicker() {
  const { range, setRange } = useRange();
  const { zone } = useZone();
  const [open, setOpen] = useState(false);
  const choose = (next: Range) => {
    setRange(next);
    setOpen(false);
  };
  const label = rangeLabel(range, zone);
  return (
    <Popover
      label="Time range"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button look="quiet" className={css.trigger} aria-label={`Time range: ${label}`}>
          <span className={css.label}>{label}</span>
          <ChevronDown size={14} aria-hidden="true" />
        </Button>
      }
    >
      <ul className={css.presets}>
        {PRESETS.map((preset) => (
          <li key={preset.label}>
            <Button
              look="quiet"
              className={css.preset}
              aria-pressed={preset.range.from === range.from && preset.range.to === range.to}
              onClick={() => choose(preset.range)}
            >
              {preset.label}
            </Button>
          </li>
        ))}
      </ul>
      <TypedRange range={range} onChoose={choose} />
    </Popover>
  );
}

function TypedRange(props: { range: Range; onChoose: (range: Range) => void }) {
  const [draft, setDraft] = useState(props.range);
  const now = useNow();
  const { zone } = useZone();
  const typed = { from: typedMoment(draft.from, zone), to: typedMoment(draft.to, zone) };
  const problem = rangeProblem(typed, now);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) props.onChoose(typed);
      }}
    >
      <Field label="From" hint={`now-7d, now-90m or 2026-03-01 14:00 (${zone})`} error={problem ?? undefined}>
        {(ids) => (
          <Input
            {...ids}
            value={draft.from}
            spellCheck={false}
            onChange={(event) => setDraft({ ...draft, from: event.target.value })}
          />
        )}
      </Field>
      <Field label="To">
        {(ids) => (
          <Input
            {...ids}
            value={draft.to}
            spellCheck={false}
            onChange={(event) => setDraft({ ...draft, to: event.target.value })}
          />
        )}
      </Field>
      <Button type="submit" look="primary" disabled={problem !== null}>
        Show
      </Button>
    </form>
  );
}
