'use client';

import type { BaselineSignal } from '@leeway/contract';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { count } from '../../lib/format';
import { signalName } from '../../lib/signal-name';
import { useNear } from '../../lib/use-near';
import { Button } from '../ui/button';
import { Input } from '../ui/field';
import css from './baselines.module.css';
import { MiniHistogram } from './mini-histogram';

/** Cards drawn before "show more" is pressed. */
const FIRST = 60;

/** Every signal with its distribution; a card is drawn once it comes near the screen. */
export function SignalGrid(props: { signals: readonly BaselineSignal[] }) {
  const [text, setText] = useState('');
  const [most, setMost] = useState(FIRST);
  const needle = useDeferredValue(text.trim().toLowerCase());
  const found = useMemo(
    () => props.signals.filter(({ signal }) => signal.toLowerCase().includes(needle)),
    [props.signals, needle],
  );
  return (
    <>
      {props.signals.length > 8 ? (
        <search className={css.filters}>
          <Input
            data-search
            type="search"
            aria-label="Search signals"
            placeholder="Search signals  ( / )"
            className={css.select}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </search>
      ) : null}
      <ul className={css.grid}>
        {found.slice(0, most).map((signal) => (
          <Card key={signal.signal} signal={signal} />
        ))}
      </ul>
      {found.length === 0 ? <p className={css.dim}>No signal by that name.</p> : null}
      {found.length > most ? (
        <p>
          <Button onClick={() => setMost(most + 300)}>Show more ({count(found.length - most)} left)</Button>
        </p>
      ) : null}
    </>
  );
}

function Card({ signal }: { signal: BaselineSignal }) {
  const place = useRef<HTMLLIElement>(null);
  const near = useNear(place);
  return (
    <li ref={place} className={css.card}>
      <span className={css.head}>
        <span title={signal.signal}>{signalName(signal.signal)}</span>
        <span className={css.kind}>
          {signal.kind}
          {signal.role === 'feature' ? '' : ` · ${signal.role}`}
          {signal.seasonal ? ' · by hour of week' : ''}
        </span>
      </span>
      {near ? <MiniHistogram signal={signal} /> : null}
    </li>
  );
}
