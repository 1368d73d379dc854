'use client';

import type { Alert } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { links, withQuery } from '../../lib/links';
import { alertsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { buttonClass } from '../ui/button';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import css from './model.module.css';
import { firingAlerts } from './signal-window';

/** The model's firing alerts (worst first), with the way to the incident and a prefilled silence. */
export function AlertStrip(props: { model: string; refetchInterval: number | false }) {
  const alerts = useQuery({ ...alertsQuery(), refetchInterval: props.refetchInterval });
  const firing = firingAlerts(alerts.data?.alerts ?? [], props.model);
  if (firing.length === 0) return null;
  return (
    <ul className={css.alerts} aria-label="Firing alerts of this model">
      {firing.slice(0, 3).map((alert) => (
        <li key={alert.fingerprint} className={css.alert}>
          <span className={css.alertText}>
            <b>{alert.signal === null ? alert.rule_signal : signalName(alert.signal)}</b>{' '}
            {alert.direction && alert.direction.way !== 'none' ? alert.direction.text : alert.summary}, since{' '}
            <Moment at={alert.since} />
            <span className={css.rule}>{alert.rule}</span>
            {alert.acknowledged_by ? `, acknowledged by ${alert.acknowledged_by}` : ''}
            {alert.silenced_by.length > 0 ? ', silenced' : ''}
          </span>
          <span className={css.alertLinks}>
            {alert.incident ? (
              <Link className={buttonClass()} href={links.incident(alert.incident)}>
                Open incident
              </Link>
            ) : null}
            <Link className={buttonClass('quiet')} href={silenceLink(alert)}>
              Silence
            </Link>
          </span>
        </li>
      ))}
      {firing.length > 3 ? (
        <li>
          <Link href={links.alerts()}>{firing.length - 3} more</Link>
        </li>
      ) : null}
    </ul>
  );
}

function silenceLink(alert: Alert): string {
  return withQuery(`${links.silences()}/new`, { rule: alert.rule, model: alert.model, signal: alert.signal });
}
