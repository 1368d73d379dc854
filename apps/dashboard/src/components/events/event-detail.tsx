'use client';

import type { Baseline, StoredEvent } from '@leeway/contract';
import { useMemo, useState } from 'react';
import { byName } from '../../lib/collate';
import { milliseconds, shorten } from '../../lib/format';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Input } from '../ui/field';
import { Moment } from '../ui/moment';
import css from './events.module.css';
import { FIT_WORDS, fitOf, predictionText, rangeText, signalOf, valueText } from './prepare';

/** Features listed before "show all". */
const FIRST = 60;

/** One event in full: every feature beside the baseline's range, the odd ones first. */
export function EventDetail(props: { event: StoredEvent; baseline: Baseline | null; onClose: () => void }) {
  const { event, baseline } = props;
  const [text, setText] = useState('');
  const [all, setAll] = useState(false);
  const rows = useMemo(() => {
    const list = Object.entries(event.features).map(([name, value]) => {
      const signal = baseline ? signalOf(baseline.signals, name) : null;
      return { name, value, signal, fit: fitOf(value, signal).fit };
    });
    return list.sort((a, b) => ODD[b.fit] - ODD[a.fit] || byName(a.name, b.name));
  }, [event, baseline]);
  const found = rows.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()} title={`Event ${event.id}`} wide>
      <dl className={css.facts}>
        <dt>Time</dt>
        <dd>
          <Moment at={event.ts} form="absolute" />
        </dd>
        <dt>Version</dt>
        <dd>{event.version}</dd>
        <dt>Prediction</dt>
        <dd>
          {predictionText(event.prediction)}
          {event.score === null ? '' : `, score ${valueText(event.score)}`}
        </dd>
        <dt>Label</dt>
        <dd>
          {event.label === null ? (
            'none yet'
          ) : (
            <>
              {valueText(event.label)}
              {event.label_ts ? (
                <span className={css.dim}>
                  {' '}
                  arrived <Moment at={event.label_ts} form="absolute" />
                </span>
              ) : null}
            </>
          )}
        </dd>
        <dt>Latency</dt>
        <dd>{milliseconds(event.latency_ms)}</dd>
        {event.error === null ? null : (
          <>
            <dt>Error</dt>
            <dd className={css.error}>{event.error || 'failed'}</dd>
          </>
        )}
        {event.tokens ? (
          <>
            <dt>Tokens</dt>
            <dd>
              {event.tokens.input} in, {event.tokens.output} out
            </dd>
          </>
        ) : null}
        <dt>Tags</dt>
        <dd>
          {Object.entries(event.tags)
            .map(([tag, value]) => `${tag}=${value}`)
            .join(', ') || 'none'}
        </dd>
      </dl>
      {rows.length > 12 ? (
        <Input
          type="search"
          aria-label="Search features"
          placeholder="Search features"
          value={text}
          onChange={(change) => setText(change.target.value)}
        />
      ) : null}
      <table className={css.features}>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Value</th>
            <th scope="col">Baseline</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, value, signal, fit }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>
                {ODD[fit] > 1 ? <b className={css.out}>◆ </b> : null}
                {shorten(valueText(value), 2_000)}
              </td>
              <td className={css.dim}>
                {signal ? rangeText(signal) : ''}
                {fit === 'inside' || (fit === 'unknown' && baseline === null)
                  ? ''
                  : ` ${signal ? '· ' : ''}${FIT_WORDS[fit]}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > shown.length ? (
        <Button look="quiet" onClick={() => setAll(true)}>
          Show all {found.length}
        </Button>
      ) : null}
    </Dialog>
  );
}

/** What is worth seeing first. */
const ODD = { above: 4, below: 4, unseen: 4, missing: 3, tail: 1, other: 1, unknown: 0, inside: 0 } as const;
