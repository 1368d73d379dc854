'use client';

import type { Alert } from '@leeway/contract';
import { count } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { signalName } from '../../lib/signal-name';
import { MovedBins } from '../incidents/moved-bins';
import { Button, buttonClass } from '../ui/button';
import { Dialog } from '../ui/dialog';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import css from './alerts.module.css';
import { SeverityBadge } from './badges';
import { AlertNotes } from './notes';
import { evidenceText, reasonText, shortSummary, valueText } from './prepare';
import { windowPage } from './window-page';

/** Why one alert fires, and the places to go from there. */
export function AlertDetail(props: {
  alert: Alert;
  onClose: () => void;
  onAck: (alert: Alert) => void;
  onSilence: (alert: Alert) => void;
}) {
  const { alert } = props;
  const evidence = evidenceText(alert);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={alert.signal === null ? alert.rule_signal : signalName(alert.signal)}
      wide
    >
      <div className={css.lead}>
        <SeverityBadge severity={alert.severity} state={alert.state} />
        <AlertNotes alert={alert} />
      </div>
      <dl className={css.facts}>
        <dt>Why</dt>
        <dd>{shortSummary(alert)}</dd>
        {alert.direction ? (
          <>
            <dt>What moved</dt>
            <dd>
              {alert.direction.text}
              <MovedBins direction={alert.direction} />
            </dd>
          </>
        ) : null}
        <dt>State</dt>
        <dd>
          {alert.state}: {reasonText(alert)}
          {evidence ? ` ${evidence}` : ''}
        </dd>
        <dt>Value</dt>
        <dd>
          {valueText(alert.value, alert.unit)}, limit {valueText(alert.threshold, alert.unit)}
          {alert.n === null ? '' : `, on ${count(alert.n)} events`}
        </dd>
        <dt>Model</dt>
        <dd>
          <Link href={links.model(alert.model)}>{alert.model}</Link>
          {alert.version ? ` ${alert.version}` : ''}
          {alert.segment ? `, where ${alert.segment}` : ''}
        </dd>
        <dt>Rule</dt>
        <dd>
          <Link href={links.rule(alert.rule)}>{alert.rule}</Link> on {alert.rule_signal}
        </dd>
        <dt>Since</dt>
        <dd>
          <Moment at={alert.since} form="absolute" /> (<Moment at={alert.since} />)
          {alert.fired_at ? (
            <>
              , fired <Moment at={alert.fired_at} />
            </>
          ) : null}
          {alert.resolved_at ? (
            <>
              , resolved <Moment at={alert.resolved_at} />
            </>
          ) : null}
        </dd>
        {Object.entries(alert.annotations).map(([name, text]) => (
          <Pair key={name} name={name} text={text} />
        ))}
      </dl>
      <div className={css.dialogActions}>
        {alert.runbook ? (
          <a className={buttonClass('quiet')} href={alert.runbook} rel="noreferrer" target="_blank">
            Runbook
          </a>
        ) : null}
        {alert.state === 'firing' || alert.state === 'pending' ? (
          <>
            {alert.acknowledged_by === null ? (
              <Button onClick={() => props.onAck(alert)}>Acknowledge</Button>
            ) : null}
            <Button onClick={() => props.onSilence(alert)}>Silence</Button>
          </>
        ) : null}
        <Link className={buttonClass()} href={windowPage(alert)}>
          {alert.signal ? 'Open the signal' : 'Open the model'}
        </Link>
        {alert.incident ? (
          <Link className={buttonClass('primary')} href={links.incident(alert.incident)}>
            Open the incident
          </Link>
        ) : (
          <Link
            className={buttonClass()}
            href={withQuery(links.events(alert.model), { version: alert.version })}
          >
            Raw events
          </Link>
        )}
      </div>
    </Dialog>
  );
}

function Pair(props: { name: string; text: string }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </>
  );
}
