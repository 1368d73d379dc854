'use client';

import {
  type ColumnDef,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import css from './data-table.module.css';
import { moveTarget } from './table-keys';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** How long a row that is being scrolled to is waited for. */
const MOST_FRAMES = 30;

/** One column: how a row is shown and by what it is sorted. */
export type Column<Row> = {
  id: string;
  header: string;
  /** Explains the heading on hover. */
  title?: string;
  cell: (row: Row) => ReactNode;
  /** Value to sort by; a column without one can't be sorted. Null sorts last, whichever way. */
  sort?: (row: Row) => number | string | null;
  /** First click sorts falling (numbers where big is what one looks for). */
  descFirst?: boolean;
  align?: 'end';
  /** CSS width; columns without one share what is left. */
  width?: string;
  /** Not shown below 640 px. */
  wide?: boolean;
};

/**
 * A sortable table that draws only the rows in view. Arrow keys, Home, End and the page keys move between rows,
 * Enter opens one. Rows have one fixed height, so ten thousand scroll like ten.
 */
export function DataTable<Row extends RowData>(props: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  onOpen?: (row: Row) => void;
  selected?: string | null;
  sorting?: { id: string; desc: boolean } | null;
  onSorting?: (sorting: { id: string; desc: boolean } | null) => void;
  rowHeight?: number;
  /** CSS length; the table scrolls inside it. Without one it grows with its rows. */
  maxHeight?: string;
  empty?: ReactNode;
}) {
  const rowHeight = props.rowHeight ?? 36;
  const [ownSorting, setOwnSorting] = useState<{ id: string; desc: boolean } | null>(null);
  const sorting = props.sorting === undefined ? ownSorting : props.sorting;
  const state = useMemo<SortingState>(() => (sorting ? [sorting] : []), [sorting]);
  const columns = useMemo(() => props.columns.map((column) => columnDef(column)), [props.columns]);
  const data = useMemo(() => [...props.rows], [props.rows]);
  const table = useTable({
    features,
    columns,
    data,
    getRowId: props.rowKey,
    enableMultiSort: false,
    state: { sorting: state },
    onSortingChange: (updater) => {
      const next = (typeof updater === 'function' ? updater(state) : updater)[0] ?? null;
      (props.onSorting ?? setOwnSorting)(next);
    },
  });

  const rows = table.getRowModel().rows;
  const scroller = useRef<HTMLElement>(null);
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // The server has no window: enough rows for a first screen.
    initialRect: { width: 1_200, height: 900 },
    enabled: props.maxHeight !== undefined,
  });
  const all = props.maxHeight === undefined;
  const items = all ? rows.map((_, index) => ({ index })) : virtual.getVirtualItems();
  const above = all ? 0 : (virtual.getVirtualItems()[0]?.start ?? 0);
  const below = all ? 0 : virtual.getTotalSize() - (virtual.getVirtualItems().at(-1)?.end ?? 0);

  const focusRow = (index: number) => {
    setActive(index);
    if (!all) virtual.scrollToIndex(index);
    // At once where the row is drawn, so that keys may come fast; one far away is drawn some frames after the scroll.
    let frames = 0;
    const seek = () => {
      const row = scroller.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`);
      if (row) row.focus({ preventScroll: all });
      else if (frames++ < MOST_FRAMES) requestAnimationFrame(seek);
    };
    seek();
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    if (event.target !== event.currentTarget) return;
    const row = rows[index]?.original;
    if (event.key === 'Enter' && props.onOpen && row !== undefined) {
      event.preventDefault();
      props.onOpen(row);
      return;
    }
    const target = moveTarget(event.key, index, rows.length);
    if (target === null) return;
    event.preventDefault();
    focusRow(target);
  };
  const tabStop = Math.min(active, Math.max(0, rows.length - 1));

  return (
    <section
      ref={scroller}
      className={css.scroller}
      style={props.maxHeight ? { maxHeight: props.maxHeight } : undefined}
      aria-label={props.label}
    >
      <table className={css.table} aria-rowcount={rows.length + 1} aria-label={props.label}>
        <colgroup>
          {props.columns.map((column) => (
            <col
              key={column.id}
              className={column.wide ? css.wide : undefined}
              style={column.width ? { width: column.width } : undefined}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {table.getHeaderGroups()[0]?.headers.map((header, at) => {
              const column = props.columns[at];
              if (!column) return null;
              const sorted = header.column.getIsSorted();
              return (
                <th
                  key={header.id}
                  scope="col"
                  className={cellClass(column)}
                  title={column.title}
                  aria-sort={sorted ? (sorted === 'desc' ? 'descending' : 'ascending') : undefined}
                >
                  {column.sort ? (
                    <button
                      type="button"
                      className={css.sort}
                      onClick={header.column.getToggleSortingHandler()}
                    >
                      {column.header}
                      <span aria-hidden="true">{sorted ? (sorted === 'desc' ? ' ↓' : ' ↑') : ''}</span>
                    </button>
                  ) : (
                    column.header
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <Gap height={above} /> : null}
          {items.map(({ index }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <tr
                key={row.id}
                data-index={index}
                aria-rowindex={index + 2}
                className={css.row}
                style={{ height: rowHeight }}
                tabIndex={index === tabStop ? 0 : -1}
                data-open={props.onOpen ? '' : undefined}
                aria-selected={props.selected === row.id ? true : undefined}
                onFocus={(event) => {
                  if (event.target === event.currentTarget) setActive(index);
                }}
                onKeyDown={(event) => onKeyDown(event, index)}
                onClick={(event) => {
                  if (!props.onOpen || (event.target as HTMLElement).closest('a, button, input')) return;
                  props.onOpen(row.original);
                }}
              >
                {props.columns.map((column) => (
                  <td key={column.id} className={cellClass(column)}>
                    {column.cell(row.original)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 ? <Gap height={below} /> : null}
        </tbody>
      </table>
      {rows.length === 0 ? (props.empty ?? <p className={css.empty}>Nothing to show.</p>) : null}
    </section>
  );
}

/** The height of the rows that are not drawn. */
function Gap(props: { height: number }) {
  return (
    <tr className={css.gap} style={{ height: props.height }}>
      <td />
    </tr>
  );
}

function columnDef<Row extends RowData>(column: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id: column.id,
    // Undefined is what the library puts last both ways.
    accessorFn: (row: Row) => column.sort?.(row) ?? undefined,
    enableSorting: column.sort !== undefined,
    sortDescFirst: column.descFirst ?? false,
    sortUndefined: 'last',
    sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
  };
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string')
    return a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' });
  return Number(a) - Number(b);
}

function cellClass<Row>(column: Column<Row>): string | undefined {
  const names = [column.align === 'end' ? css.end : '', column.wide ? css.wide : ''].filter(Boolean);
  return names.length > 0 ? names.join(' ') : undefined;
}
