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
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useDeferredValue,
  useMemo,
  useRef,
  useState,
} from 'react';
import { byName } from '../../lib/collate';
import css from './data-table.module.css';
import { type Column, cellClass, TableRow } from './data-table-row';
import { moveTarget } from './table-keys';

export type { Column };

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** How long a row that is being scrolled to is waited for. */
const MOST_FRAMES = 30;

/**
 * A sortable table that draws only the rows in view. Arrow keys, Home, End and the page keys move between rows,
 * Enter opens one. Rows have one fixed height, so ten thousand scroll like ten, unless `wrap` lets them grow on a phone.
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
  /** On a phone long text wraps, and rows grow, where it would be cut short. */
  wrap?: boolean;
  empty?: ReactNode;
}) {
  const rowHeight = props.rowHeight ?? 36;
  const [ownSorting, setOwnSorting] = useState<{ id: string; desc: boolean } | null>(null);
  const sorting = props.sorting === undefined ? ownSorting : props.sorting;
  // The heading answers at once; the rows follow when they are sorted and drawn.
  const [id, desc] = [useDeferredValue(sorting?.id), useDeferredValue(sorting?.desc ?? false)];
  const state = useMemo<SortingState>(() => (id === undefined ? [] : [{ id, desc }]), [id, desc]);
  const columns = useMemo(() => props.columns.map((column) => columnDef(column)), [props.columns]);
  const data = useMemo(() => [...props.rows], [props.rows]);
  const table = useTable({
    features,
    columns,
    data,
    getRowId: props.rowKey,
    enableMultiSort: false,
    state: { sorting: state },
  });
  const sortBy = (column: Column<Row>) => (props.onSorting ?? setOwnSorting)(nextSorting(column, sorting));

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

  const focusRow = useCallback(
    (index: number) => {
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
    },
    [all, virtual],
  );
  const { onOpen } = props;
  const onKeyDown = useCallback(
    (event: KeyboardEvent, index: number) => {
      if (event.target !== event.currentTarget) return;
      const row = rows[index]?.original;
      if (event.key === 'Enter' && onOpen && row !== undefined) {
        event.preventDefault();
        onOpen(row);
        return;
      }
      const target = moveTarget(event.key, index, rows.length);
      if (target === null) return;
      event.preventDefault();
      focusRow(target);
    },
    [rows, onOpen, focusRow],
  );
  const tabStop = Math.min(active, Math.max(0, rows.length - 1));

  return (
    <section
      ref={scroller}
      className={props.wrap ? `${css.scroller} ${css.wrap}` : css.scroller}
      style={props.maxHeight ? { maxHeight: props.maxHeight } : undefined}
      aria-label={props.label}
    >
      <table className={css.table} aria-rowcount={rows.length + 1} aria-label={props.label}>
        <colgroup>
          {props.columns.map((column) => (
            <col
              key={column.id}
              className={column.wide ? css.wide : undefined}
              style={column.width ? ({ '--width': column.width } as CSSProperties) : undefined}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {props.columns.map((column) => {
              const sorted =
                sorting?.id === column.id ? (sorting.desc ? 'descending' : 'ascending') : undefined;
              return (
                <th
                  key={column.id}
                  scope="col"
                  className={cellClass(column)}
                  title={column.title}
                  aria-sort={sorted}
                >
                  {column.sort ? (
                    <button type="button" className={css.sort} onClick={() => sortBy(column)}>
                      {column.header}
                      <span aria-hidden="true">{sorted ? (sorted === 'descending' ? ' ↓' : ' ↑') : ''}</span>
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
              <TableRow
                key={row.id}
                row={row.original}
                index={index}
                columns={props.columns}
                height={rowHeight}
                tabStop={index === tabStop}
                selected={props.selected === row.id}
                onOpen={onOpen}
                onFocus={setActive}
                onKeyDown={onKeyDown}
                measure={props.wrap && !all ? virtual.measureElement : undefined}
              />
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
    sortUndefined: 'last',
    sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
  };
}

/** A heading's first press sorts its column in its own way, the second in the other, the third not at all. */
function nextSorting<Row>(column: Column<Row>, now: { id: string; desc: boolean } | null) {
  const first = column.descFirst ?? false;
  if (now?.id !== column.id) return { id: column.id, desc: first };
  return now.desc === first ? { id: column.id, desc: !first } : null;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return byName(a, b);
  return Number(a) - Number(b);
}
