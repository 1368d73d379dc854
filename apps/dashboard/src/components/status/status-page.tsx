'use client';

import type { StatusReport, VerdictKind } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { bytes, count, milliseconds, number, rate } from '../../lib/format';
import { modelsQuery } from '../../lib/queries';
import { DEFAULT_RANGE } from '../../lib/range';
import { Moment } from '../ui/moment';
import { Page, Section } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { VerdictMark } from '../ui/verdict';
import { DeadLetters } from './dead-letters';
import { Findings } from './findings';
import { type ApiPlace, Onboarding } from './onboarding';
import { statusQuery } from './queries';
import css from './status.module.css';
import { Partitions, StoredTables } from './tables';

/** Is the collector itself well: ingest, lag, dead letters, storage, evaluation; and how to send it events. */
export function StatusPage(props: { place: ApiPlace }) {
  const status = useQuery({ ...statusQuery(), refetchInterval: 3_000 });
  const events = status.data?.ingest.events_total ?? null;
  // What it was when the page was opened decides whether this is somebody's first run.
  const [startedEmpty, setStartedEmpty] = useState<boolean | null>(events === null ? null : events === 0);
  if (startedEmpty === null && events !== null) setStartedEmpty(events === 0);
  const models = useQuery({
    ...modelsQuery(DEFAULT_RANGE),
    enabled: startedEmpty === true && (events ?? 0) > 0,
  });

  if (status.isPending)
    return (
      <Page title="Status">
        <Skeleton height={420} label="Asking the collector" />
      </Page>
    );
  if (!status.data)
    return (
      <Page title="Status">
        <ErrorState error={status.error} retry={() => void status.refetch()} />
      </Page>
    );
  const it = status.data;
  const onboarding = (
    <Onboarding
      place={props.place}
      events={it.ingest.events_total}
      startedEmpty={startedEmpty === true}
      models={models.data?.models.map(({ model }) => model) ?? []}
    />
  );
  return (
    <Page
      title="Status"
      lead={
        <p>
          Leeway {it.version}, running since <Moment at={it.started_at} />
          {status.isError ? ` · not current: ${status.error.message}` : ''}
        </p>
      }
    >
      {startedEmpty ? onboarding : null}
      <Facts status={it} />
      <div className={css.columns}>
        <Section
          title="Storage"
          note={it.store.mode === 'embedded' ? 'inside of this process' : 'ClickHouse server'}
        >
          {it.store.tables.length === 0 ? (
            <EmptyState title="Nothing is stored yet." />
          ) : (
            <StoredTables tables={it.store.tables} />
          )}
        </Section>
        <Section
          title="Kafka"
          note={it.ingest.kafka ? (it.ingest.kafka.connected ? 'connected' : 'not connected') : undefined}
        >
          {it.ingest.kafka === null ? (
            <EmptyState title="Kafka is not configured." command="KAFKA_BROKERS=localhost:9092 leeway serve">
              Events come over HTTP only.
            </EmptyState>
          ) : it.ingest.kafka.partitions.length === 0 ? (
            <EmptyState title="No partition is assigned.">
              Topics: {it.ingest.kafka.topics.join(', ') || 'none'}.
            </EmptyState>
          ) : (
            <Partitions partitions={it.ingest.kafka.partitions} />
          )}
        </Section>
      </div>
      {it.ingest.data_quality.length === 0 ? null : (
        <Section title="Data quality" note="events are stored, these features of them are not">
          <Findings findings={it.ingest.data_quality} />
        </Section>
      )}
      <DeadLetters />
      {startedEmpty ? null : onboarding}
    </Page>
  );
}

const INGEST: Record<StatusReport['ingest']['state'], VerdictKind> = {
  taking: 'stable',
  paused: 'moderate',
  stopped: 'significant',
};

function Facts({ status }: { status: StatusReport }) {
  const { ingest, evaluate, store, alerts } = status;
  const lag = ingest.kafka?.partitions.reduce((sum, partition) => sum + partition.lag, 0) ?? null;
  return (
    <dl className={css.facts}>
      <Fact name="Ingest" note={ingest.detail}>
        <span className={css.state}>
          <VerdictMark verdict={INGEST[ingest.state]} /> {ingest.state}
        </span>
      </Fact>
      <Fact name="Rate" note={`${count(ingest.events_total)} events and labels since the start`}>
        {rate(ingest.events_per_second)}
      </Fact>
      <Fact name="Lag" note={lag === null ? 'no Kafka' : 'messages not yet read'}>
        {count(lag)}
      </Fact>
      <Fact
        name="Rejected"
        note={`${count(ingest.dead_letters)} ${ingest.dead_letters === 1 ? 'dead letter' : 'dead letters'}`}
      >
        {count(ingest.rejected_total)}
      </Fact>
      <Fact name="Store" note={store.detail}>
        <span className={css.state}>
          <VerdictMark verdict={store.ok ? 'stable' : 'significant'} /> {store.ok ? 'answers' : 'fails'}
        </span>
      </Fact>
      <Fact name="On disk" note={`${count(store.tables.reduce((sum, { rows }) => sum + rows, 0))} rows`}>
        {bytes(store.tables.reduce((sum, table) => sum + table.bytes, 0))}
      </Fact>
      <Fact
        name="Evaluation"
        note={
          evaluate.last_run === null ? (
            'has not run yet'
          ) : (
            <>
              last run <Moment at={evaluate.last_run} />, {count(evaluate.windows)} windows
              {evaluate.backlog > 0 ? `, ${count(evaluate.backlog)} waiting` : ''}
            </>
          )
        }
      >
        {milliseconds(evaluate.last_ms)}
      </Fact>
      <Fact name="Alerts" note={`${count(alerts.rules)} rules, ${count(alerts.pending)} pending`}>
        {count(alerts.firing)} firing
      </Fact>
      <Fact name="Memory" note={`event loop P99 ${milliseconds(status.loop_lag_p99_ms)}`}>
        {number(status.memory_mib)} MiB
      </Fact>
    </dl>
  );
}

function Fact(props: { name: string; note: ReactNode; children: ReactNode }) {
  return (
    <div className={css.fact}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
      <dd className={css.small}>{props.note}</dd>
    </div>
  );
}
