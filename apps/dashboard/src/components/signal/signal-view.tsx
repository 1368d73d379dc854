'use client';

import { useQuery } from '@tanstack/react-query';
import { links, withQuery } from '../../lib/links';
import { modelQuery, signalsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { sliceFilter } from '../../lib/slice';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { verdictFacts } from '../../lib/verdict-facts';
import css from '../model/model.module.css';
import { chosenWindow, lastWindow } from '../model/signal-window';
import { SlicePicker } from '../model/slice-picker';
import Link from '../ui/link';
import { Page, Section } from '../ui/page';
import { ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import { Distribution } from './distribution';
import { WindowParts } from './window-parts';

/** One signal in depth: its distribution over time, one window against the baseline, segments, and raw events. */
export function SignalView(props: { model: string; signal: string }) {
  const { model, signal } = props;
  const { range, bounds, refetchInterval } = useRange();
  const slice = useSlice();
  const filter = sliceFilter(slice);
  const detail = useQuery({ ...modelQuery(model, range), refetchInterval });
  const signals = useQuery({ ...signalsQuery(model, filter), refetchInterval });
  const summary = signals.data?.signals.find((one) => one.signal === signal) ?? null;
  const latest = summary?.latest ?? null;
  const window = chosenWindow(slice.at, detail.data?.window_ms ?? null, latest, bounds);
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
              <span>{verdictFacts(latest).join(' · ')}</span>
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
          {window ? (
            <WindowParts
              model={model}
              signal={signal}
              window={window}
              lastWindow={lastWindow(detail.data?.last_event, detail.data?.window_ms ?? null, window)}
              tags={detail.data?.settings.segment_tags ?? null}
            />
          ) : (
            <Skeleton height={320} label="Loading the window" />
          )}
        </>
      )}
    </Page>
  );
}
