import { type KeyboardEvent, memo, type ReactNode, type Ref } from 'react';
import css from './data-table.module.css';

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

type RowProps<Row> = {
  row: Row;
  index: number;
  columns: readonly Column<Row>[];
  /** Pixels; a row whose text wraps may grow beyond it. */
  height: number;
  tabStop: boolean;
  selected: boolean;
  onOpen: ((row: Row) => void) | undefined;
  onFocus: (index: number) => void;
  onKeyDown: (event: KeyboardEvent, index: number) => void;
  /** Measures the drawn row; only for rows that may grow. */
  measure: Ref<HTMLTableRowElement> | undefined;
};

function TableRowOf<Row>(props: RowProps<Row>) {
  const { row, index, columns, onOpen } = props;
  return (
    <tr
      ref={props.measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={css.row}
      style={{ height: props.height }}
      tabIndex={props.tabStop ? 0 : -1}
      data-open={onOpen ? '' : undefined}
      aria-selected={props.selected ? true : undefined}
      onFocus={(event) => {
        if (event.target === event.currentTarget) props.onFocus(index);
      }}
      onKeyDown={(event) => props.onKeyDown(event, index)}
      onClick={(event) => {
        if (onOpen && !(event.target as HTMLElement).closest('a, button, input')) onOpen(row);
      }}
    >
      {columns.map((column) => (
        <td key={column.id} className={cellClass(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** A row of a table. It is drawn anew only when something of its own changes, not for each step of a scroll or a key. */
export const TableRow = memo(TableRowOf) as typeof TableRowOf;

/** The classes of a column's cells and heading. */
export function cellClass<Row>(column: Column<Row>): string | undefined {
  const names = [column.align === 'end' ? css.end : '', column.wide ? css.wide : ''].filter(Boolean);
  return names.length > 0 ? names.join(' ') : undefined;
}
