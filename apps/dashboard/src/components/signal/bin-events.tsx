'use client';

import { type StoredEvent, signalFeature } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { count, milliseconds, number } from '../../lib/format';
import { eventsQuery } from '../../lib/queries';
import { sliceFilter } from '../../lib/slice';
import { useSlice } from '../../lib/use-slice';
import type { ChosenWindow } from '../model/signal-window';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Moment } from '../ui/moment';
import { Section } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import type { useBin } from './use-bin';

const SHOWN = 100;

/** Raw events of the window, of one bin when one was picked in the histogram; the feature's column stands out. */
export default function BinEvents(props: {
  model: string;
  signal: string;
  window: ChosenWindow;
  bin: ReturnType<typeof useBin>;
}) {
  const { bin, window } = props;
  const slice = useSlice();
  const feature = signalFeature(props.signal) ?? props.signal;
  const query = useQuery({
    ...eventsQuery(props.model, {
      from: String(window.from),
      to: String(window.to),
      ...sliceFilter(slice),
      feature: bin.where,
      limit: SHOWN,
    }),
    placeholderData: (before) => before,
  });
  const columns = useMemo(() => eventColumns(feature), [feature]);
  return (
    <Section
      title={bin.label ? `Events with ${feature} in ${bin.label}` : 'Events of this window'}
      note={
        query.data
          ? `${count(query.data.matched)} in all, newest ${count(query.data.events.length)} here`
          : undefined
      }
      actions={
        bin.label ? (
          <Button look="quiet" onClick={bin.clear}>
            All values
          </Button>
        ) : undefined
      }
    >
      {query.isError && !query.data ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Skeleton height={200} label="Loading events" />
      ) : (
        <DataTable
          label="Raw events"
          columns={columns}
          rows={query.data.events}
          rowKey={(row) => `${row.id} ${row.ts}`}
          rowHeight={30}
          maxHeight="420px"
          empty={
            <EmptyState
              title={bin.label ? 'No event of this window is in this bin.' : 'No events in this window.'}
            />
          }
        />
      )}
    </Section>
  );
}

function eventColumns(feature: string): Column<StoredEvent>[] {
  return [
    {
      id: 'value',
      header: feature,
      cell: (row) => <b>{shown(row.features[feature])}</b>,
      sort: (row) => sortable(row.features[feature]),
      descFirst: true,
    },
    {
      id: 'ts',
      header: 'Time',
      cell: (row) => <Moment at={row.ts} form="absolute" />,
      sort: (row) => Date.parse(row.ts),
    },
    { id: 'prediction', header: 'Prediction', align: 'end', cell: (row) => shown(row.prediction) },
    {
      id: 'label',
      header: 'Label',
      align: 'end',
      wide: true,
      cell: (row) => (row.label === null ? 'none yet' : shown(row.label)),
    },
    {
      id: 'latency',
      header: 'Latency',
      align: 'end',
      wide: true,
      cell: (row) => milliseconds(row.latency_ms),
      sort: (row) => row.latency_ms,
      descFirst: true,
    },
    { id: 'version', header: 'Version', wide: true, cell: (row) => row.version },
    { id: 'id', header: 'Id', wide: true, cell: (row) => row.id },
    {
      id: 'tags',
      header: 'Tags',
      wide: true,
      cell: (row) =>
        Object.entries(row.tags)
          .map(([tag, value]) => `${tag}=${value}`)
          .join(' '),
    },
  ];
}

type Value = StoredEvent['features'][string] | StoredEvent['prediction'];

function shown(value: Value | undefined): string {
  if (value === null || value === undefined) return 'missing';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

function sortable(value: Value | undefined): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
