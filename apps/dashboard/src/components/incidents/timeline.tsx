'use client';

import type { IncidentEvent, VerdictKind } from '@leeway/contract';
import { useState } from 'react';
import { Button } from '../ui/button';
import { Moment } from '../ui/moment';
import { VerdictMark } from '../ui/verdict';
import css from './incidents.module.css';
import { timelineEntries } from './prepare';

const MARKS: Record<string, VerdictKind> = {
  onset: 'moderate',
  pending: 'insufficient_data',
  firing: 'significant',
  resolved: 'stable',
};
/** What changed may be a deploy, a version's first event or a baseline. */
const WORDS: Partial<Record<string, string>> = { deploy: 'changed' };
/** A storm's timeline starts with this many entries; the rest is one click away. */
const FIRST = 14;

/** What happened, oldest first: onset, pending, firing, messages, people, changes, recovery. */
export function Timeline(props: { events: readonly IncidentEvent[] }) {
  const [all, setAll] = useState(false);
  const ordered = timelineEntries(props.events);
  const hidden = all ? 0 : Math.max(0, ordered.length - FIRST);
  const shown = hidden > 0 ? [...ordered.slice(0, FIRST / 2), ...ordered.slice(-FIRST / 2)] : ordered;
  if (ordered.length === 0) return <p className={css.dim}>Nothing is recorded yet.</p>;
  return (
    <ol className={css.timeline}>
      {shown.map((event, index) => (
        <li key={`${ordered.indexOf(event)} ${event.at}`}>
          {hidden > 0 && index === FIRST / 2 ? (
            <Button look="quiet" onClick={() => setAll(true)}>
              {hidden} more in between
            </Button>
          ) : null}
          <div className={css.entry}>
            <span className={css.dot}>
              {MARKS[event.kind] ? <VerdictMark verdict={MARKS[event.kind] ?? 'stable'} /> : <Tick />}
            </span>
            <span className={css.text}>
              <b>{WORDS[event.kind] ?? event.kind}</b>{' '}
              <span className={css.dim}>
                <Moment at={event.at} />
              </span>
              <br />
              {event.text}
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Tick() {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d="M5 1v8" stroke="var(--ink-marker)" strokeWidth="1.6" />
    </svg>
  );
}
