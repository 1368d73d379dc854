'use client';

import type { Silence } from '@leeway/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import { count } from '../../lib/format';
import { Button, buttonClass } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Dialog } from '../ui/dialog';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { Page } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Segmented } from '../ui/toggle';
import { showMatcher, showMatchers } from './matchers';
import { expireSilence, silencesQuery } from './queries';
import css from './silences.module.css';

const VIEWS = ['current', 'expired'] as const;

/** What is held back now or soon, and what was. */
export function SilenceList() {
  const [view, setView] = useQueryState('view', parseAsStringLiteral(VIEWS).withDefault('current'));
  const [ending, setEnding] = useState<Silence | null>(null);
  const silences = useQuery({ ...silencesQuery(), refetchInterval: 30_000 });
  const rows = useMemo(
    () =>
      (silences.data?.silences ?? []).filter(({ state }) => (state === 'expired') === (view === 'expired')),
    [silences.data, view],
  );
  const columns = useMemo(() => silenceColumns(setEnding), []);
  return (
    <Page
      title="Silences"
      lead={silences.data ? <p>{count(rows.length)} shown · ended ones stay listed for a day</p> : null}
      actions={
        <Link className={buttonClass('primary')} href="/silences/new">
          New silence
        </Link>
      }
    >
      <div className={css.filters}>
        <Segmented
          label="Which silences"
          value={view}
          options={[
            { value: 'current', label: 'Active and pending' },
            { value: 'expired', label: 'Expired' },
          ]}
          onChange={(next) => void setView(next)}
        />
      </div>
      {silences.isPending ? (
        <Skeleton height={240} label="Loading the silences" />
      ) : !silences.data ? (
        <ErrorState error={silences.error} retry={() => void silences.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState
          title={view === 'current' ? 'Nothing is silenced.' : 'No silence ended within the last day.'}
        >
          Silence an alert from its row on the <Link href="/alerts">alerts page</Link>, or write one yourself.
        </EmptyState>
      ) : (
        <DataTable
          label="Silences"
          columns={columns}
          rows={rows}
          rowKey={(silence) => silence.id}
          rowHeight={44}
          maxHeight={rows.length > 30 ? 'calc(100dvh - 190px)' : undefined}
        />
      )}
      {ending ? <ExpireDialog silence={ending} onClose={() => setEnding(null)} /> : null}
    </Page>
  );
}

function silenceColumns(onExpire: (silence: Silence) => void): Column<Silence>[] {
  return [
    {
      id: 'state',
      header: 'State',
      sort: ({ state }) => state,
      cell: ({ state }) => <span className={state === 'expired' ? css.over : undefined}>{state}</span>,
    },
    {
      id: 'matchers',
      header: 'Alerts where',
      cell: ({ matchers }) => (
        <span className={css.chips} title={showMatchers(matchers)}>
          {matchers.map((matcher) => (
            <span key={showMatcher(matcher)} className={css.chip}>
              {showMatcher(matcher)}
            </span>
          ))}
        </span>
      ),
    },
    {
      id: 'comment',
      header: 'Why',
      wide: true,
      cell: ({ comment }) => <span title={comment}>{comment}</span>,
    },
    { id: 'author', header: 'By', wide: true, sort: ({ author }) => author, cell: ({ author }) => author },
    {
      id: 'ends',
      header: 'Ends',
      align: 'end',
      sort: ({ ends_at }) => Date.parse(ends_at),
      cell: ({ state, starts_at, ends_at }) =>
        state === 'pending' ? (
          <>
            starts <Moment at={starts_at} />
          </>
        ) : (
          <Moment at={ends_at} />
        ),
    },
    {
      id: 'actions',
      header: 'Actions',
      align: 'end',
      cell: (silence) =>
        silence.state === 'expired' ? (
          <Link
            className={buttonClass('quiet')}
            href={`/silences/new?${new URLSearchParams({ matchers: showMatchers(silence.matchers), comment: silence.comment })}`}
          >
            Again
          </Link>
        ) : (
          <Button look="quiet" onClick={() => onExpire(silence)}>
            Expire
          </Button>
        ),
    },
  ];
}

function ExpireDialog(props: { silence: Silence; onClose: () => void }) {
  const client = useQueryClient();
  const expire = useMutation({
    mutationFn: () => expireSilence(props.silence.id),
    onSuccess: async () => {
      await Promise.all(
        ['silences', 'alerts'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      );
      props.onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title="Expire this silence?"
      description="Alerts that it holds back and that still fire are sent again."
    >
      <p className={css.code}>{showMatchers(props.silence.matchers)}</p>
      <p>
        {props.silence.comment} ({props.silence.author})
      </p>
      {expire.isError ? <ErrorState error={expire.error} /> : null}
      <div className={css.actions}>
        <Button onClick={props.onClose}>Keep it</Button>
        <Button look="primary" disabled={expire.isPending} onClick={() => expire.mutate()}>
          Expire now
        </Button>
      </div>
    </Dialog>
  );
}
