'use client';

import type { Incident } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useDeferredValue, useMemo } from 'react';
import { count, shorten, span } from '../../lib/format';
import { links } from '../../lib/links';
import alertsCss from '../alerts/alerts.module.css';
import { Note, SeverityBadge } from '../alerts/badges';
import { SEVERITY_RANK } from '../alerts/prepare';
import { incidentListQuery } from '../alerts/queries';
import { useNow } from '../now';
import { type Column, DataTable } from '../ui/data-table';
import { Input } from '../ui/field';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { Page } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Segmented } from '../ui/toggle';
import { lasted } from './prepare';

const parsers = {
  view: parseAsStringLiteral(['firing', 'resolved', 'all'] as const).withDefault('all'),
  q: parseAsString.withDefault(''),
};

/** Incidents, newest first. */
export function IncidentList() {
  const router = useRouter();
  const now = useNow();
  const [{ view, q }, setState] = useQueryStates(parsers, { history: 'replace' });
  const incidents = useQuery({ ...incidentListQuery(null), refetchInterval: 30_000 });
  const text = useDeferredValue(q.trim().toLowerCase());
  const rows = useMemo(
    () =>
      (incidents.data?.incidents ?? []).filter(
        (one) =>
          (view === 'all' || one.state === view) &&
          [one.title, one.model, one.version].some((part) => part.toLowerCase().includes(text)),
      ),
    [incidents.data, view, text],
  );
  const minute = Math.floor(now / 60_000) * 60_000;
  const columns = useMemo(() => incidentColumns(minute), [minute]);
  const firing = incidents.data?.incidents.filter(({ state }) => state === 'firing').length ?? 0;
  return (
    <Page title="Incidents" lead={incidents.data ? <p>{count(firing)} firing</p> : null}>
      <search className={alertsCss.filters}>
        <Segmented
          label="Which incidents"
          value={view}
          options={[
            { value: 'all', label: 'All' },
            { value: 'firing', label: 'Firing' },
            { value: 'resolved', label: 'Resolved' },
          ]}
          onChange={(next) => void setState({ view: next })}
        />
        <Input
          data-search
          type="search"
          aria-label="Search incidents"
          placeholder="Search incidents  ( / )"
          className={alertsCss.search}
          value={q}
          onChange={(event) => void setState({ q: event.target.value })}
        />
      </search>
      {incidents.isPending ? (
        <Skeleton height={280} label="Loading the incidents" />
      ) : !incidents.data ? (
        <ErrorState error={incidents.error} retry={() => void incidents.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState
          title={
            incidents.data.incidents.length === 0 ? 'There has been no incident.' : 'No incident matches.'
          }
        >
          Alerts of one model that begin near in time are one incident, with one message instead of many.
        </EmptyState>
      ) : (
        <DataTable
          label="Incidents"
          columns={columns}
          rows={rows}
          rowKey={(incident) => incident.id}
          rowHeight={48}
          maxHeight={rows.length > 30 ? 'calc(100dvh - 190px)' : undefined}
          onOpen={(incident) => router.push(links.incident(incident.id))}
        />
      )}
    </Page>
  );
}

function incidentColumns(now: number): Column<Incident>[] {
  return [
    {
      id: 'severity',
      header: 'Severity',
      sort: (one) => SEVERITY_RANK[one.severity] + (one.state === 'firing' ? 3 : 0),
      descFirst: true,
      cell: (one) => <SeverityBadge severity={one.severity} state={one.state} />,
    },
    {
      id: 'title',
      header: 'Incident',
      sort: (one) => one.title,
      cell: (one) => (
        <span className={alertsCss.cell}>
          <span className={alertsCss.main}>
            <Link className={alertsCss.name} href={links.incident(one.id)} title={one.title}>
              {one.title}
            </Link>
            {one.acknowledged_by ? (
              <Note>{`acknowledged by ${shorten(one.acknowledged_by, 30)}`}</Note>
            ) : null}
          </span>
          <span className={alertsCss.sub}>
            {one.model} {one.version}
          </span>
        </span>
      ),
    },
    {
      id: 'signals',
      header: 'Signals',
      align: 'end',
      wide: true,
      sort: (one) => one.signal_count,
      descFirst: true,
      cell: (one) => `${count(one.firing_count)} of ${count(one.signal_count)}`,
    },
    {
      id: 'lasted',
      header: 'Lasted',
      align: 'end',
      wide: true,
      sort: (one) => lasted(one, now),
      descFirst: true,
      cell: (one) => span(lasted(one, now)),
    },
    {
      id: 'since',
      header: 'Since',
      align: 'end',
      sort: (one) => Date.parse(one.since),
      descFirst: true,
      cell: (one) => <Moment at={one.since} />,
    },
  ];
}
