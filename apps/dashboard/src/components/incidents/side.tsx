'use client';

import type { Incident } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { count, number, shorten } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import type { Range } from '../../lib/range';
import { deliveriesQuery } from '../receivers/queries';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { Section } from '../ui/page';
import css from './incidents.module.css';
import { Timeline } from './timeline';

/** Beside the signals: what changed near the onset, the segments hit most, what happened, who was told. */
export function IncidentSide(props: { incident: Incident; worst: string | null; range: Range }) {
  const { incident } = props;
  return (
    <div className={css.side}>
      {incident.nearest_change ? (
        <Section title="Changed near the onset">
          <p className={css.change}>
            {incident.nearest_change.text} <span className={css.dim}>·</span>{' '}
            <Moment at={incident.nearest_change.at} />
            <br />
            <span className={css.dim}>{beforeOnset(incident)}</span>
          </p>
        </Section>
      ) : null}
      {incident.segments.length > 0 ? (
        <Section
          title="Segments most affected"
          note={props.worst ? `by PSI of ${shorten(props.worst, 40)}` : undefined}
        >
          <Segments incident={incident} worst={props.worst} range={props.range} />
        </Section>
      ) : null}
      <Section title="Timeline">
        <Timeline events={incident.timeline} />
      </Section>
      <Section title="Messages sent">
        <Sent incident={incident.id} />
      </Section>
    </div>
  );
}

function beforeOnset(incident: Incident): string {
  if (!incident.nearest_change) return '';
  const seconds = Math.round((Date.parse(incident.since) - Date.parse(incident.nearest_change.at)) / 1_000);
  if (Math.abs(seconds) < 60) return 'at the onset';
  const minutes = Math.round(Math.abs(seconds) / 60);
  return `${count(minutes)} min ${seconds > 0 ? 'before' : 'after'} the onset`;
}

function Segments(props: { incident: Incident; worst: string | null; range: Range }) {
  const { incident } = props;
  const top = Math.max(...incident.segments.map(({ psi }) => psi ?? 0), 1e-9);
  return (
    <ul className={css.segments}>
      {incident.segments.slice(0, 8).map(({ segment, psi, n }) => (
        <li key={segment} className={css.segment} title={`${count(n)} events`}>
          <Link
            href={withQuery(
              props.worst ? links.signal(incident.model, props.worst) : links.model(incident.model),
              { ...props.range, segment },
            )}
          >
            {segment || 'all events'}
          </Link>
          <span>
            <span className={css.bar} style={{ display: 'block', width: `${((psi ?? 0) / top) * 100}%` }} />
          </span>
          <span className={css.end}>{number(psi)}</span>
        </li>
      ))}
    </ul>
  );
}

function Sent(props: { incident: string }) {
  const deliveries = useQuery(deliveriesQuery({}));
  const own = deliveries.data?.deliveries.filter(({ incident }) => incident === props.incident) ?? [];
  if (deliveries.isPending) return <p className={css.dim}>Loading…</p>;
  if (deliveries.isError) return <p className={css.dim}>Can’t be told: {deliveries.error.message}</p>;
  if (own.length === 0) return <p className={css.dim}>None among the newest messages.</p>;
  return (
    <ul className={css.list}>
      {own.slice(0, 8).map((delivery) => (
        <li key={delivery.id}>
          {delivery.receiver} <span className={css.dim}>·</span> {delivery.why.replaceAll('_', ' ')}{' '}
          <span className={css.dim}>·</span> {delivery.state}{' '}
          <Moment at={delivery.delivered_at ?? delivery.created_at} />
          {delivery.last_error ? (
            <span className={css.dim}> · {shorten(delivery.last_error, 120)}</span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
