'use client';

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { count, milliseconds, percent, rate } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { alertsQuery, modelQuery, signalsQuery, verdictsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { sliceFilter } from '../../lib/slice';
import { windowText } from '../../lib/time';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { Button, buttonClass } from '../ui/button';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { Near } from '../ui/near';
import { Page, Section } from '../ui/page';
import { ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import { useZone } from '../zone';
import { AlertStrip } from './alert-strip';
import { DriftHeatMap } from './drift-heat-map';
import css from './model.module.css';
import { Movers } from './movers';
import { Operations, Outcomes } from './operations';
import { SignalDrift } from './signal-drift';
import { chosenWindow, defaultSignal, firingAlerts, lastWindow, windowVerdicts } from './signal-window';
import { SlicePicker } from './slice-picker';
import { WindowOverlay } from './window-overlay';

/** One model: where it drifts (heat map), how (the chosen signal and window), and how the service fares. */
export function ModelView(props: { model: string }) {
  const { model } = props;
  const { range, bounds, refetchInterval } = useRange();
  const { zone } = useZone();
  const slice = useSlice();
  const filter = sliceFilter(slice);
  const detail = useQuery({ ...modelQuery(model, range), refetchInterval });
  const signals = useQuery({ ...signalsQuery(model, filter), refetchInterval });
  const windowMs = detail.data?.window_ms ?? null;
  // The strip of alerts asks for them again and again; this only reads along.
  const alerts = useQuery(alertsQuery());
  const atWindow = useQuery({
    ...verdictsQuery(model, { ...filter, ...windowVerdicts(slice.at ?? 0, windowMs ?? 0) }),
    enabled: slice.at !== null && detail.isSuccess,
    placeholderData: (before) => before,
  });
  const movers = useMemo(() => {
    if (slice.at !== null) return atWindow.data?.verdicts ?? [];
    return (signals.data?.signals ?? []).flatMap((signal) => (signal.latest ? [signal.latest] : []));
  }, [slice.at, atWindow.data, signals.data]);

  if (detail.isError && !detail.data)
    return (
      <Page title={model}>
        <ErrorState error={detail.error} retry={() => void detail.refetch()} />
        <p>
          <Link href={links.fleet()}>To the fleet</Link>
        </p>
      </Page>
    );

  const known = signals.data?.signals ?? [];
  const firing = firingAlerts(alerts.data?.alerts ?? [], model);
  const signal = slice.signal || defaultSignal(firing, detail.data?.worst_signal?.signal, known);
  const latest = known.find((one) => one.signal === signal)?.latest ?? null;
  const window = chosenWindow(slice.at, windowMs, latest, bounds);

  return (
    <Page
      title={model}
      lead={
        detail.data ? (
          <span className={css.facts}>
            <VerdictBadge verdict={detail.data.verdict} />
            <Fact>{detail.data.reason}</Fact>
            <Fact>{count(detail.data.events)} events</Fact>
            <Fact>{rate(detail.data.events_per_second)}</Fact>
            <Fact>P95 {milliseconds(detail.data.latency_p95_ms)}</Fact>
            <Fact>{percent(detail.data.error_rate)} errors</Fact>
            <Fact>
              last event <Moment at={detail.data.last_event} />
            </Fact>
          </span>
        ) : null
      }
      actions={
        detail.data ? (
          <>
            <SlicePicker model={detail.data} />
            <Link className={buttonClass()} href={withQuery(links.compare(model), range)}>
              Compare
            </Link>
            <Link className={buttonClass()} href={withQuery(links.events(model), range)}>
              Events
            </Link>
            <Link className={buttonClass()} href={links.baselines(model)}>
              Baselines
            </Link>
            <Link className={buttonClass()} href={links.settings(model)}>
              Settings
            </Link>
          </>
        ) : null
      }
    >
      <AlertStrip model={model} refetchInterval={refetchInterval} />
      {detail.data?.notes.map((note) => (
        <p key={note} className={css.note}>
          {note}
        </p>
      ))}
      <Section label="Heat map">
        <DriftHeatMap model={model} selected={signal} />
      </Section>
      {signal !== null && window ? (
        <Section
          title={
            <Link href={withQuery(links.signal(model, signal), { ...range, ...filter, at: slice.at })}>
              {signalName(signal)}
            </Link>
          }
          note={
            window.chosen
              ? `window ${windowText(window.from, window.to, zone)}`
              : `newest window, ${windowText(window.from, window.to, zone)}`
          }
          actions={
            window.chosen ? (
              <Button look="quiet" onClick={() => void slice.set({ at: null })}>
                Newest window
              </Button>
            ) : undefined
          }
        >
          <div className={css.three}>
            <SignalDrift model={model} signal={signal} />
            <WindowOverlay
              model={model}
              signal={signal}
              window={window}
              lastWindow={lastWindow(detail.data?.last_event, windowMs, window)}
            />
            <div>
              <h3 className={css.panelTitle}>What moved in this window</h3>
              <Movers
                movers={movers}
                selected={signal}
                onSelect={(next) => void slice.set({ signal: next })}
              />
            </div>
          </div>
        </Section>
      ) : signals.isPending || signal !== null ? (
        <Skeleton height={280} label="Loading the signals" />
      ) : null}
      <Section title="Service">
        <Operations model={model} />
      </Section>
      <Section title="Outcomes">
        <Near height={240}>
          <Outcomes model={model} />
        </Near>
      </Section>
    </Page>
  );
}

function Fact(props: { children: ReactNode }) {
  return <span>{props.children}</span>;
}
