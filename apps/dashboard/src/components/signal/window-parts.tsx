'use client';

import { signalFeature } from '@leeway/contract';
import dynamic from 'next/dynamic';
import { useRef } from 'react';

import { links, withQuery } from '../../lib/links';
import { windowText } from '../../lib/time';
import { useSlice } from '../../lib/use-slice';
import css from '../model/model.module.css';
import { SignalDrift } from '../model/signal-drift';
import type { ChosenWindow } from '../model/signal-window';
import { WindowOverlay } from '../model/window-overlay';
import { Button, buttonClass } from '../ui/button';
import Link from '../ui/link';
import { Near } from '../ui/near';
import { Section } from '../ui/page';
import { useZone } from '../zone';
import { SignalQuality } from './signal-quality';
import { useBin } from './use-bin';

// Both are tables below the fold; their code comes when the reader does.
const Segments = dynamic(() => import('./segments'), { ssr: false });
const BinEvents = dynamic(() => import('./bin-events'), { ssr: false });

/** What a signal's page shows of one window: overlay, drift around it, segments, quality and raw events. */
export function WindowParts(props: {
  model: string;
  signal: string;
  window: ChosenWindow;
  /** Start of the newest window with events, where that is another one. */
  lastWindow: number | null;
  /** Null while they are loading. */
  tags: readonly string[] | null;
}) {
  const { model, signal, window } = props;
  const { zone } = useZone();
  const slice = useSlice();
  const bin = useBin();
  const events = useRef<HTMLDivElement>(null);
  const choose = (label: string, filters: readonly string[]) => {
    bin.choose(label, filters);
    // The list is below the fold: without this a press would seem to do nothing.
    events.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <>
      <Section
        title={window.chosen ? 'Chosen window' : 'Newest window'}
        note={windowText(window.from, window.to, zone)}
        actions={
          <>
            {window.chosen ? (
              <Button look="quiet" onClick={() => void slice.set({ at: null })}>
                Newest window
              </Button>
            ) : null}
            <Link
              className={buttonClass('quiet')}
              href={withQuery(links.events(model), {
                from: new Date(window.from).toISOString(),
                to: new Date(window.to).toISOString(),
                version: slice.version,
                column: signalFeature(signal),
              })}
            >
              Explore events
            </Link>
          </>
        }
      >
        <div className={css.two}>
          <WindowOverlay
            model={model}
            signal={signal}
            window={window}
            height={240}
            lastWindow={props.lastWindow}
            onPick={signalFeature(signal) === null ? undefined : choose}
          />
          <SignalDrift model={model} signal={signal} height={264} />
        </div>
      </Section>
      <div className={css.two}>
        <Section title="Segments, most drifted first" note="in this window">
          <Near height={160}>
            <Segments model={model} signal={signal} window={window} tags={props.tags} />
          </Near>
        </Section>
        <Section title="Data quality">
          <SignalQuality model={model} signal={signal} />
        </Section>
      </div>
      {signalFeature(signal) === null ? null : (
        <div ref={events} className={css.below}>
          <Near height={420}>
            <BinEvents model={model} signal={signal} window={window} bin={bin} />
          </Near>
        </div>
      )}
    </>
  );
}
