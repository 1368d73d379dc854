'use client';

import { useMemo } from 'react';
import type { ChartTable } from '../../charts/prepare/table';
import { type Column, DataTable } from './data-table';

type Row = { key: string; cells: readonly (string | number | null)[] };

/** A chart's numbers as a table; scrolls inside the chart's own height. */
export default function ChartTableView(props: { table: ChartTable; height: number; label: string }) {
  const columns = useMemo<Column<Row>[]>(
    () =>
      props.table.columns.map((name, at) => ({
        id: String(at),
        header: name,
        cell: (row) => row.cells[at] ?? '–',
        sort: (row) => row.cells[at] ?? null,
        align:
          typeof props.table.rows.find((cells) => cells[at] !== null)?.[at] === 'number' ? 'end' : undefined,
      })),
    [props.table],
  );
  const rows = useMemo(
    () => props.table.rows.map((cells, index) => ({ key: String(index), cells })),
    [props.table],
  );
  return (
    <DataTable
      label={`${props.label}, as a table`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      rowHeight={28}
      maxHeight={`${Math.max(160, props.height)}px`}
    />
  );
}
