'use client';

import type { Baseline, ComparedSignal } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { count, number } from '../../lib/format';
import { links } from '../../lib/links';
import { compareQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import Link from '../ui/link';
import { Page, Section } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import css from './baselines.module.css';
import { MiniHistogram } from './mini-histogram';
import { alignTo, axisOf } from './prepare';
import { baselineDetailQuery } from './queries';

/** Signals drawn; they are ranked, so what is left out is what did not move. */
const MOST = 120;

/** Two baselines of one model: what moved between them, ranked, with both distributions. */
export function ComparePage(props: { a: string; b: string }) {
  const a = useQuery({ ...baselineDetailQuery(props.a), enabled: props.a !== '' });
  const b = useQuery({ ...baselineDetailQuery(props.b), enabled: props.b !== '' });
  const same = a.data !== undefined && b.data !== undefined && a.data.model === b.data.model;
  const compared = useQuery({
    ...compareQuery(a.data?.model ?? '', { baseline: props.a }, { baseline: props.b }),
    enabled: same,
  });
  if (props.a === '' || props.b === '')
    return (
      <Page title="Compare baselines">
        <EmptyState title="Choose two baselines of one model.">
          Mark them in the <Link href={links.baselines()}>list of baselines</Link>.
        </EmptyState>
      </Page>
    );
  const error = a.error ?? b.error ?? compared.error;
  if (error)
    return (
      <Page title="Compare baselines">
        <ErrorState
          error={error}
          retry={() => void Promise.all([a.refetch(), b.refetch(), ...(same ? [compared.refetch()] : [])])}
        />
      </Page>
    );
  if (!a.data || !b.data)
    return (
      <Page title="Compare baselines">
        <Skeleton height={420} label="Loading both baselines" />
      </Page>
    );
  return (
    <Page
      title={`${a.data.name} and ${b.data.name}`}
      lead={
        <>
          <span>
            of <Link href={links.model(a.data.model)}>{a.data.model}</Link>
          </span>
          <span>
            {count(a.data.rows)} and {count(b.data.rows)} rows
          </span>
          {compared.data ? <VerdictBadge verdict={compared.data.verdict} /> : null}
        </>
      }
    >
      {!same ? (
        <EmptyState title="These baselines belong to different models.">
          Only baselines of one model have signals in common.
        </EmptyState>
      ) : (
        <>
          <OnlyIn a={a.data} b={b.data} />
          <Section title="What moved, ranked">
            <p className={css.legends}>
              <span className={css.legend}>
                <svg width="16" height="10" aria-hidden="true">
                  <rect width="16" height="10" fill="var(--ink-baseline)" fillOpacity="0.35" />
                </svg>
                {a.data.name}
              </span>
              <span className={css.legend}>
                <svg width="16" height="10" aria-hidden="true">
                  <path d="M0 5h16" stroke="var(--ink-line)" strokeWidth="1.5" />
                </svg>
                {b.data.name}
              </span>
            </p>
            {compared.data ? (
              <Ranked signals={compared.data.signals} a={a.data} b={b.data} />
            ) : (
              <Skeleton height={320} label="Comparing" />
            )}
          </Section>
        </>
      )}
    </Page>
  );
}

function Ranked(props: { signals: readonly ComparedSignal[]; a: Baseline; b: Baseline }) {
  const ofA = new Map(props.a.signals.map((signal) => [signal.signal, signal]));
  const ofB = new Map(props.b.signals.map((signal) => [signal.signal, signal]));
  const both = props.signals.filter(({ signal }) => ofA.has(signal) && ofB.has(signal));
  return (
    <>
      <ul className={css.grid}>
        {both.slice(0, MOST).map((one) => {
          const left = ofA.get(one.signal);
          const right = ofB.get(one.signal);
          if (!left || !right) return null;
          const [x, y] = [axisOf(left), axisOf(right)];
          const numeric = left.min !== null && right.min !== null;
          return (
            <li key={one.signal} className={css.card}>
              <span className={css.head}>
                <span title={one.signal}>{signalName(one.signal)}</span>
                <span title={one.reason}>
                  <VerdictBadge verdict={one.verdict} /> {number(one.psi_debiased)}
                </span>
              </span>
              <MiniHistogram
                signal={left}
                other={
                  numeric ? right : left.min === null && right.min === null ? alignTo(left, right) : null
                }
                {...(numeric
                  ? { axis: [Math.min(x[0], y[0]), Math.max(x[1], y[1])] as [number, number] }
                  : {})}
              />
              <span className={css.note}>{one.direction?.text ?? one.reason}</span>
            </li>
          );
        })}
      </ul>
      {both.length > MOST ? <p className={css.dim}>The {count(MOST)} that moved most are drawn.</p> : null}
    </>
  );
}

function OnlyIn(props: { a: Baseline; b: Baseline }) {
  const ofA = new Set(props.a.signals.map(({ signal }) => signal));
  const ofB = new Set(props.b.signals.map(({ signal }) => signal));
  const gone = [...ofA].filter((signal) => !ofB.has(signal));
  const added = [...ofB].filter((signal) => !ofA.has(signal));
  if (gone.length + added.length === 0) return null;
  const names = (list: readonly string[]) =>
    `${list.slice(0, 12).join(', ')}${list.length > 12 ? ` and ${list.length - 12} more` : ''}`;
  return (
    <ul className={css.list}>
      {gone.length > 0 ? (
        <li>
          <span className={css.dim}>Only in {props.a.name}:</span> {names(gone)}
        </li>
      ) : null}
      {added.length > 0 ? (
        <li>
          <span className={css.dim}>Only in {props.b.name}:</span> {names(added)}
        </li>
      ) : null}
    </ul>
  );
}
