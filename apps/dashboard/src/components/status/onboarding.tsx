'use client';

import { useState } from 'react';
import { count } from '../../lib/format';
import { useNow } from '../now';
import { CopyCommand } from '../ui/copy-command';
import Link from '../ui/link';
import { Section } from '../ui/page';
import { Tabs } from '../ui/tabs';
import { VerdictMark } from '../ui/verdict';
import { snippets } from './snippets';
import css from './status.module.css';

/** Where to send events and how to log in, as the dashboard's own server knows it. */
export type ApiPlace = { base: string; withToken: boolean };

/**
 * Ways to send an event. On a fresh collector it waits for the first one and says when it has arrived; later it
 * is a reference at the end of the page.
 */
export function Onboarding(props: {
  place: ApiPlace;
  events: number;
  startedEmpty: boolean;
  models: readonly string[];
}) {
  const now = useNow();
  const [tab, setTab] = useState('curl');
  // To the hour: the text must not change under somebody who is about to copy it.
  const at = new Date(Math.floor(now / 3_600_000) * 3_600_000).toISOString();
  const arrived = props.startedEmpty && props.events > 0;
  return (
    <Section
      title={props.startedEmpty ? 'Send the first event' : 'Send events'}
      note={props.startedEmpty && !arrived ? 'this page notices when it arrives' : undefined}
    >
      {props.startedEmpty ? (
        <div role="status" className={css.arrived}>
          {arrived ? (
            <>
              <span className={css.state}>
                <VerdictMark verdict="stable" />
                <b>
                  {props.events === 1
                    ? 'The first event has arrived.'
                    : `${count(props.events)} events have arrived.`}
                </b>
              </span>
              {props.models[0] === undefined ? null : (
                <Link href={`/models/${encodeURIComponent(props.models[0])}`}>Open {props.models[0]}</Link>
              )}
              <Link href="/baselines/upload">Upload its training data</Link>
              <span className={css.dim}>so that there is something to compare with.</span>
            </>
          ) : (
            <>
              <span className={css.state}>
                <VerdictMark verdict="insufficient_data" /> Waiting for the first event…
              </span>
              <span className={css.dim}>
                Or run <code>npm run demo</code>: it replays real flights with a fault in them.
              </span>
            </>
          )}
        </div>
      ) : null}
      <div className={css.snippets}>
        <Tabs
          label="Ways to send an event"
          value={tab}
          onChange={setTab}
          tabs={snippets(props.place.base, props.place.withToken, at).map(({ id, name, text, note }) => ({
            value: id,
            label: name,
            content: (
              <>
                {note ? <p className={css.dim}>{note}</p> : null}
                <CopyCommand command={text} />
              </>
            ),
          }))}
        />
      </div>
    </Section>
  );
}
