'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import { count, shorten, span } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { Note, SeverityBadge } from '../alerts/badges';
import { alertListQuery, incidentDetailQuery } from '../alerts/queries';
import { useNow } from '../now';
import type { Silenced } from '../silences/silence-dialog';
import { Button, buttonClass } from '../ui/button';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { Page, Section } from '../ui/page';
import { ErrorState, Skeleton } from '../ui/states';
import css from './incidents.module.css';
import { chartRange, lasted, members, windowMsOf } from './prepare';
import { RankedSignals } from './ranked-signals';
import { IncidentSide } from './side';

const AckDialog = dynamic(() => import('../alerts/ack-dialog').then((m) => m.AckDialog), { ssr: false });
const SilenceDialog = dynamic(() => import('../silences/silence-dialog').then((m) => m.SilenceDialog), {
  ssr: false,
});

/** Signals listed before "show all" is pressed. */
const FIRST = 12;

/** One incident: what moved, which way, since when, what changed; and what a person can do about it. */
export function IncidentPage(props: { id: string }) {
  const now = useNow();
  const incident = useQuery({ ...incidentDetailQuery(props.id), refetchInterval: 30_000 });
  const model = incident.data?.model ?? null;
  const alerts = useQuery({ ...alertListQuery(model), enabled: model !== null });
  const [chosen, setChosen] = useQueryState('signal', parseAsString);
  const [all, setAll] = useState(false);
  const [acking, setAcking] = useState(false);
  const [silencing, setSilencing] = useState<Silenced | null>(null);
  const minute = Math.floor(now / 60_000) * 60_000;
  const list = useMemo(
    () => (incident.data ? members(incident.data, alerts.data?.alerts ?? [], minute) : []),
    [incident.data, alerts.data, minute],
  );

  if (incident.isPending)
    return (
      <Page title="Incident">
        <Skeleton height={420} label="Loading the incident" />
      </Page>
    );
  if (!incident.data)
    return (
      <Page title="Incident">
        <ErrorState error={incident.error} retry={() => void incident.refetch()} />
        <p>
          <Link href="/incidents">All incidents</Link>
        </p>
      </Page>
    );

  const it = incident.data;
  const range = chartRange(it, minute, windowMsOf(list[0]));
  const worst = list.find(({ drift }) => drift)?.signal ?? null;
  const shown = all ? list : list.slice(0, FIRST);
  const first = list[0];
  return (
    <Page
      title={it.title}
      lead={
        <>
          <SeverityBadge severity={it.severity} state={it.state} />
          <span>
            <Link href={withQuery(links.model(it.model), range)}>{it.model}</Link> {it.version}
          </span>
          <span>
            since <Moment at={it.since} form="absolute" /> ({span(lasted(it, minute))}
            {it.resolved_at ? ', over' : ''})
          </span>
          {it.acknowledged_by ? <Note>{`acknowledged by ${shorten(it.acknowledged_by, 40)}`}</Note> : null}
        </>
      }
      actions={
        <>
          {it.state === 'firing' && it.acknowledged_by === null ? (
            <Button look="primary" onClick={() => setAcking(true)}>
              Acknowledge
            </Button>
          ) : null}
          {it.state === 'firing' && first ? (
            <Button
              onClick={() =>
                setSilencing({ model: it.model, rule: '', segment: '', signal: null, fingerprint: it.id })
              }
            >
              Silence the model
            </Button>
          ) : null}
          <Link className={buttonClass()} href={withQuery(links.model(it.model), range)}>
            Open the model
          </Link>
        </>
      }
    >
      <div className={css.columns}>
        <div className={css.main}>
          <Section
            title="What moved, worst first"
            note={`${count(it.firing_count)} of ${count(it.signal_count)} ${it.signal_count === 1 ? 'signal' : 'signals'} firing`}
          >
            <RankedSignals
              incident={it}
              members={shown}
              open={chosen ?? first?.fingerprint ?? ''}
              onOpen={(fingerprint) => void setChosen(fingerprint)}
              onSilence={(member) => setSilencing(member.alert ?? silenced(it.model, member))}
              range={range}
            />
            {list.length > shown.length ? (
              <Button look="quiet" className={css.more} onClick={() => setAll(true)}>
                Show all {count(list.length)}
              </Button>
            ) : null}
            {it.signal_count > it.signals.length ? (
              <p className={css.dim}>The worst {count(it.signals.length)} are listed.</p>
            ) : null}
          </Section>
        </div>
        <IncidentSide incident={it} worst={worst} range={range} />
      </div>
      {acking ? (
        <AckDialog
          target={{ kind: 'incidents', id: it.id, name: 'this incident' }}
          onClose={() => setAcking(false)}
        />
      ) : null}
      {silencing ? <SilenceDialog alert={silencing} onClose={() => setSilencing(null)} /> : null}
    </Page>
  );
}

function silenced(
  model: string,
  member: { rule: string; segment: string; signal: string; drift: boolean; fingerprint: string },
): Silenced {
  return { ...member, model, signal: member.drift ? member.signal : null };
}
