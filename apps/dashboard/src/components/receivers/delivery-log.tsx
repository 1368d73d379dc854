'use client';

import type { Delivery } from '@leeway/contract';
import { links } from '../../lib/links';
import { type Column, DataTable } from '../ui/data-table';
import Link from '../ui/link';
import { Moment } from '../ui/moment';
import { VerdictMark } from '../ui/verdict';
import css from './receivers.module.css';

const MARKS = { queued: 'insufficient_data', delivered: 'stable', failed: 'significant' } as const;
const WHY: Record<Delivery['why'], string> = {
  first: 'first message',
  new_signals: 'new signals joined',
  worse: 'it got worse',
  some_resolved: 'some resolved',
  all_resolved: 'all resolved',
  repeat: 'still firing',
  test: 'test',
};

/** Every message with its outcome. */
export function DeliveryLog(props: { deliveries: readonly Delivery[] }) {
  return (
    <DataTable
      label="Delivery log"
      columns={COLUMNS}
      rows={props.deliveries}
      rowKey={(delivery) => delivery.id}
      maxHeight={props.deliveries.length > 30 ? '70vh' : undefined}
    />
  );
}

const COLUMNS: Column<Delivery>[] = [
  {
    id: 'state',
    header: 'State',
    sort: ({ state }) => state,
    cell: ({ state }) => (
      <span className={css.health}>
        <VerdictMark verdict={MARKS[state]} /> {state}
      </span>
    ),
  },
  { id: 'receiver', header: 'Receiver', sort: ({ receiver }) => receiver, cell: ({ receiver }) => receiver },
  { id: 'why', header: 'Why now', wide: true, sort: ({ why }) => why, cell: ({ why }) => WHY[why] },
  {
    id: 'incident',
    header: 'Incident',
    wide: true,
    cell: ({ incident }) => (incident ? <Link href={links.incident(incident)}>{incident}</Link> : '–'),
  },
  {
    id: 'attempts',
    header: 'Attempts',
    align: 'end',
    wide: true,
    sort: ({ attempts }) => attempts,
    descFirst: true,
    cell: ({ attempts }) => attempts,
  },
  {
    id: 'error',
    header: 'Last error',
    wide: true,
    cell: ({ last_error }) => <span title={last_error ?? undefined}>{last_error ?? ''}</span>,
  },
  {
    id: 'at',
    header: 'Sent',
    align: 'end',
    sort: ({ created_at }) => Date.parse(created_at),
    descFirst: true,
    cell: ({ delivered_at, created_at }) => <Moment at={delivered_at ?? created_at} />,
  },
];
