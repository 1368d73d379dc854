'use client';

import { signalFeature } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { links, withQuery } from '../../lib/links';
import { modelQuery, signalsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { sliceFilter } from '../../lib/slice';
import { windowText } from '../../lib/time';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import css from '../model/model.module.css';
import { SignalDrift } from '../model/signal-drift';
import { chosenWindow } from '../model/signal-window';
import { SlicePicker } from '../model/slice-picker';
import { WindowOverlay } from '../model/window-overlay';
import { Button } from '../ui/button';
import Link from '../ui/link';
import { Near } from '../ui/near';
import { Page, Section } from '../ui/page';
import { ErrorState } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import { useZone } from '../zone';
import { Distribution } from './distribution';
import { SignalQuality } from './signal-quality';
import { useBin } from './use-bin';

// Both are tables below the fold; their code comes when the reader does.
const Segments = dynamic(() => import('./segments'), { ssr: false });
const BinEvents = dynamic(() => import('./bin-events'), { ssr: false });

/** One signal in depth: its distribution over time, one window against the baseline, segments, and raw events. */
export function SignalView(props: { model: string; signal: string }) {
  const { model, signal } = props;
  const { range, bounds, refetchInterval } = useRange();
  const { zone } = useZone();
  const slice = useSlice();
  const filter = sliceFilter(slice);
  const bin = useBin();
  const detail = useQuery({ ...modelQuery(model, range), refetchInterval });
  const signals = useQuery({ ...signalsQuery(model, filter), refetchInterval });
  const summary = signals.data?.signals.find((one) => one.signal === signal) ?? null;
  const latest = summary?.latest ?? null;
  const window = chosenWindow(slice.at, detail.data?.settings.window_ms ?? 3_600_000, latest, bounds);
  const failed = [detail, signals].find((query) => query.isError && !query.data);
  const name = signalName(signal);

  return (
    <Page
      title={name}
      lead={
        <span className={css.facts}>
          <Link href={withQuery(links.model(model), { ...range, ...filter, signal, at: slice.at })}>
            {model}
          </Link>
          {summary ? <span>{summary.kind}</span> : null}
          {latest ? (
            <>
              <VerdictBadge verdict={latest.verdict} />
              <span>{latest.reason}</span>
            </>
          ) : null}
        </span>
      }
      actions={detail.data ? <SlicePicker model={detail.data} /> : null}
    >
      {failed ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : (
        <>
          {summary && !summary.in_baseline ? (
            <p className={css.note}>
              The baseline does not know this signal, so there is nothing to compare it with. Upload a
              baseline that has the column to have it judged.
            </p>
          ) : null}
          <Section label="Distribution over time">
            <Distribution model={model} signal={signal} at={slice.at} />
          </Section>
          <Section
            title={window.chosen ? 'Chosen window' : 'Newest window'}
            note={windowText(window.from, window.to, zone)}
            actions={
              window.chosen ? (
                <Button look="quiet" onClick={() => void slice.set({ at: null })}>
                  Newest window
                </Button>
              ) : undefined
            }
          >
            <div className={css.two}>
              <WindowOverlay
                model={model}
                signal={signal}
                window={window}
                height={240}
                onPick={signalFeature(signal) === null ? undefined : bin.choose}
              />
              <SignalDrift model={model} signal={signal} height={264} />
            </div>
          </Section>
          <div className={css.two}>
            <Section title="Segments, most drifted first" note="in this window">
              <Near height={160}>
                <Segments
                  model={model}
                  signal={signal}
                  window={window}
                  tags={detail.data?.settings.segment_tags ?? null}
                />
              </Near>
            </Section>
            <Section title="Data quality">
              <SignalQuality model={model} signal={signal} />
            </Section>
          </div>
          {signalFeature(signal) === null ? null : (
            <Near height={420}>
              <BinEvents model={model} signal={signal} window={window} bin={bin} />
            </Near>
          )}
        </>
      )}
    </Page>
  );
}
