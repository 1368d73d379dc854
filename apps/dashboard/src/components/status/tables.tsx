'use client';

import type { StatusReport } from '@leeway/contract';
import { bytes, count } from '../../lib/format';
import { type Column, DataTable } from '../ui/data-table';

type Stored = StatusReport['store']['tables'][number];
type Partition = NonNullable<StatusReport['ingest']['kafka']>['partitions'][number];

/** What the store holds. */
export function StoredTables(props: { tables: readonly Stored[] }) {
  return (
    <DataTable
      label="Storage"
      columns={STORED}
      rows={props.tables}
      rowKey={({ table }) => table}
      rowHeight={30}
    />
  );
}

/** How far each partition has been read. */
export function Partitions(props: { partitions: readonly Partition[] }) {
  return (
    <DataTable
      label="Kafka partitions"
      columns={PARTITIONS}
      rows={props.partitions}
      rowKey={({ topic, partition }) => `${topic} ${partition}`}
      rowHeight={30}
      maxHeight={props.partitions.length > 12 ? '380px' : undefined}
    />
  );
}

const STORED: Column<Stored>[] = [
  { id: 'table', header: 'Table', sort: ({ table }) => table, cell: ({ table }) => table },
  {
    id: 'rows',
    header: 'Rows',
    align: 'end',
    sort: ({ rows }) => rows,
    descFirst: true,
    cell: ({ rows }) => count(rows),
  },
  {
    id: 'bytes',
    header: 'On disk',
    align: 'end',
    sort: (row) => row.bytes,
    descFirst: true,
    cell: (row) => bytes(row.bytes),
  },
];

const PARTITIONS: Column<Partition>[] = [
  { id: 'topic', header: 'Topic', sort: ({ topic }) => topic, cell: ({ topic }) => topic },
  {
    id: 'partition',
    header: 'Partition',
    align: 'end',
    sort: ({ partition }) => partition,
    cell: ({ partition }) => partition,
  },
  { id: 'position', header: 'Position', align: 'end', wide: true, cell: ({ position }) => position },
  {
    id: 'lag',
    header: 'Lag',
    align: 'end',
    sort: ({ lag }) => lag,
    descFirst: true,
    cell: ({ lag }) => count(lag),
  },
];
