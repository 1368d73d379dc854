import { type ModelSummary, VERDICT_RANK } from '@leeway/contract';
import { Sparkline } from '../../charts/sparkline';
import type { Column } from '../../components/ui/data-table';
import Link from '../../components/ui/link';
import { Moment } from '../../components/ui/moment';
import { VerdictBadge } from '../../components/ui/verdict';
import { count, milliseconds, percent, psi, rate, ratio } from '../../lib/format';
import { links, withQuery } from '../../lib/links';
import { DEFAULT_RANGE, type Range } from '../../lib/range';
import { signalName } from '../../lib/signal-name';
import { VERDICT_LOOKS } from '../../lib/verdicts';
import css from './fleet.module.css';
import { capacityShare, phoneFacts } from './prepare';

const WAYS: Record<string, string> = { up: '↑', down: '↓', wider: '↔', narrower: '→←', mixed: '⇄' };

export function fleetColumns(range: Range): Column<ModelSummary>[] {
  // A bucket that is still filling would look like a collapse of the traffic.
  const whole = range.to === 'now' ? -1 : undefined;
  const kept = range.from === DEFAULT_RANGE.from && range.to === DEFAULT_RANGE.to ? {} : range;
  return [
    {
      id: 'model',
      header: 'Model',
      width: '34%',
      sort: (row) => row.model,
      cell: (row) => (
        <span className={css.model}>
          <Link href={withQuery(links.model(row.model), kept)} className={css.name} title={row.model}>
            {row.model}
          </Link>
          <span className={css.sub}>
            <span className={css.narrow}>{row.worst_signal ? <NarrowWorst row={row} /> : null}</span>
            {row.firing > 0 ? (
              <span className={css.firing}>
                {row.firing} {row.firing === 1 ? 'alert' : 'alerts'} firing
              </span>
            ) : null}
            <span className={css.reason} title={row.reason}>
              {row.firing > 0 ? ' · ' : ''}
              {row.reason || row.versions[0]}
            </span>
          </span>
          <Facts row={row} />
        </span>
      ),
    },
    {
      id: 'verdict',
      header: 'Verdict',
      sort: (row) => VERDICT_RANK[row.verdict],
      descFirst: true,
      cell: (row) => <VerdictBadge verdict={row.verdict} title={row.reason} />,
    },
    {
      id: 'psi',
      header: 'Worst signal',
      title: 'The signal that moved most, its de-biased PSI, and the worst PSI over the range',
      wide: true,
      sort: (row) => row.worst_signal?.psi ?? null,
      descFirst: true,
      cell: (row) => {
        const worst = row.worst_signal;
        if (!worst) return <span className={css.dim}>–</span>;
        return (
          <span className={css.worst}>
            <Link
              className={css.signal}
              href={withQuery(links.signal(row.model, worst.signal), kept)}
              title={worst.signal}
            >
              {signalName(worst.signal)}
            </Link>
            <span className={css.psi} title={`PSI on ${count(worst.n)} events`}>
              {psi(worst.psi)} {worst.way ? <span title={worst.way}>{WAYS[worst.way] ?? ''}</span> : null}
            </span>
            <Sparkline
              values={row.psi_sparkline}
              top={0.25}
              end={worst.verdict === 'stable' ? undefined : `var(${VERDICT_LOOKS[worst.verdict].color})`}
              label="worst PSI over the range"
            />
          </span>
        );
      },
    },
    {
      id: 'p95',
      header: 'P95',
      title: 'Latency that 95 % of the requests stay below, and how it compares with the baseline',
      align: 'end',
      wide: true,
      sort: (row) => row.latency_p95_ms,
      descFirst: true,
      cell: (row) => (
        <>
          {milliseconds(row.latency_p95_ms)}{' '}
          <span className={css.dim}>{ratio(row.latency_p95_ms, row.latency_p95_baseline_ms) ?? ''}</span>
        </>
      ),
    },
    {
      id: 'errors',
      header: 'Errors',
      align: 'end',
      wide: true,
      sort: (row) => row.error_rate,
      descFirst: true,
      cell: (row) => percent(row.error_rate),
    },
    {
      id: 'traffic',
      header: 'Traffic',
      title: 'Events per second, and the share of the capacity where one is known',
      align: 'end',
      wide: true,
      sort: (row) => row.events_per_second,
      descFirst: true,
      cell: (row) => (
        <span className={css.traffic}>
          <span>
            {rate(row.events_per_second)}
            <span className={css.dim}> {capacityShare(row)}</span>
          </span>
          <Sparkline
            values={row.traffic_sparkline.slice(0, whole)}
            width={64}
            label="traffic over the range"
          />
        </span>
      ),
    },
    {
      id: 'labels',
      header: 'Labels',
      title: 'Share of the events whose true outcome has arrived',
      align: 'end',
      wide: true,
      sort: (row) => row.label_coverage,
      cell: (row) => percent(row.label_coverage),
    },
    {
      id: 'last',
      header: 'Last event',
      align: 'end',
      wide: true,
      sort: (row) => (row.last_event ? Date.parse(row.last_event) : null),
      descFirst: true,
      cell: (row) => <Moment at={row.last_event} />,
    },
  ];
}

/** On a phone, where the column of the worst signal has no room: the signal, its PSI and the line of the range. */
function NarrowWorst({ row }: { row: ModelSummary }) {
  const worst = row.worst_signal;
  if (!worst) return null;
  return (
    <>
      {signalName(worst.signal)} {psi(worst.psi)} {worst.way ? (WAYS[worst.way] ?? '') : ''}{' '}
      <Sparkline values={row.psi_sparkline} top={0.25} label="worst PSI over the range" />{' '}
    </>
  );
}

/** On a phone: what the other columns say, in a line or two. */
function Facts({ row }: { row: ModelSummary }) {
  return (
    <span className={css.facts}>
      {phoneFacts(row).map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      {row.last_event === null ? null : <Moment at={row.last_event} />}
    </span>
  );
}
