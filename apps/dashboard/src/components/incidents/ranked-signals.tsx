'use client';

import type { Incident } from '@leeway/contract';
import dynamic from 'next/dynamic';
import { count, number } from '../../lib/format';
import type { Range } from '../../lib/range';
import { signalName } from '../../lib/signal-name';
import { SeverityBadge } from '../alerts/badges';
import { AlertNotes } from '../alerts/notes';
import { reasonText, shortSummary, valueText } from '../alerts/prepare';
import { windowEvents, windowPage } from '../alerts/window-page';
import { Button, buttonClass } from '../ui/button';
import Link from '../ui/link';
import { Skeleton } from '../ui/states';
import css from './incidents.module.css';
import { MovedBins } from './moved-bins';
import { type Member, metricOf } from './prepare';

const Overlay = dynamic(() => import('./overlay'), { ssr: false, loading: () => <Skeleton height={240} /> });
const OverTime = dynamic(() => import('./over-time'), {
  ssr: false,
  loading: () => <Skeleton height={220} />,
});

/** The signals of an incident, the one that explains most first; one is open with its charts and what moved. */
export function RankedSignals(props: {
  incident: Incident;
  members: readonly Member[];
  open: string;
  onOpen: (fingerprint: string) => void;
  onSilence: (member: Member) => void;
  range: Range;
}) {
  return (
    <ol className={css.signals}>
      {props.members.map((member, index) => {
        const open = props.open === member.fingerprint;
        return (
          <li key={member.fingerprint} className={css.signal}>
            <button
              type="button"
              className={css.row}
              aria-expanded={open}
              onClick={() => props.onOpen(open ? '' : member.fingerprint)}
            >
              <span className={css.rank}>{index + 1}</span>
              <span className={css.cell}>
                <span className={css.name} title={member.signal}>
                  {signalName(member.signal)}
                  {member.segment ? <span className={css.dim}> · {member.segment}</span> : null}
                </span>
                <span className={css.sub}>
                  <SeverityBadge severity={member.severity} state={member.state} />
                </span>
              </span>
              <span className={`${css.cell} ${css.moved}`}>
                <span className={css.name}>{member.direction?.text ?? member.summary}</span>
                <span className={css.sub}>{member.direction ? shortSummary(member) : member.rule}</span>
              </span>
              <span className={`${css.cell} ${css.value}`}>
                <b>{valueText(member.value, member.unit)}</b>
                <span className={css.dim}>limit {valueText(member.threshold, member.unit)}</span>
              </span>
            </button>
            {open ? (
              <OpenSignal
                incident={props.incident}
                member={member}
                range={props.range}
                onSilence={() => props.onSilence(member)}
              />
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}

function OpenSignal(props: { incident: Incident; member: Member; range: Range; onSilence: () => void }) {
  const { incident, member } = props;
  const metric = metricOf(member);
  const place = {
    model: incident.model,
    version: incident.version,
    segment: member.segment,
    signal: member.drift ? member.signal : null,
    window: member.window,
  };
  return (
    <div className={css.open}>
      <div className={css.actions}>
        <Link className={buttonClass('primary')} href={windowPage(place)}>
          {member.drift ? 'Open the signal' : 'Open the model'}
        </Link>
        <Link className={buttonClass()} href={windowEvents(place)}>
          Raw events
        </Link>
        <Button onClick={props.onSilence}>Silence</Button>
        {member.alert?.runbook ? (
          <a className={buttonClass()} href={member.alert.runbook} rel="noreferrer" target="_blank">
            Runbook
          </a>
        ) : null}
        {member.alert ? <AlertNotes alert={member.alert} /> : null}
      </div>
      <div className={css.charts}>
        {member.drift ? (
          <Overlay
            model={incident.model}
            signal={member.signal}
            from={member.window.from}
            to={member.window.to}
            version={incident.version}
            segment={member.segment}
          />
        ) : null}
        {metric ? (
          <OverTime
            model={incident.model}
            metric={metric.metric}
            signal={metric.signal}
            version={incident.version}
            segment={member.segment}
            range={props.range}
            since={member.since}
          />
        ) : null}
      </div>
      <div className={css.why}>
        {member.direction ? <MovedBins direction={member.direction} most={4} /> : null}
        <p className={css.dim}>
          Why it fires: {shortSummary(member)}
          {member.alert ? `; ${reasonText(member.alert)}` : ''}. Rule {member.rule}
          {member.n === null ? '' : `, ${count(member.n)} events`}
          {member.importance === null ? '' : `, importance ${number(member.importance)}`}
          {member.also.length === 0 ? '' : `; also ${member.also.join(', ')}`}.
        </p>
      </div>
    </div>
  );
}
