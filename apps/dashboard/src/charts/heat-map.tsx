'use client';

import type { HeatMap as HeatMapData, VerdictKind } from '@leeway/contract';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import Link from '../components/ui/link';
import { axisTime, windowText } from '../lib/time';
import { useWidth } from '../lib/use-size';
import css from './heat-map.module.css';
import { paintHeatMap, readPalette } from './heat-map-paint';
import { type Cell, cellAt, cellFacts, cellSentence, columnX, type Grid, moveCell } from './prepare/heat-map';
import { timeTicks } from './prepare/scale';

const ROW_HEIGHT = 20;

/**
 * Signals × time as a canvas, one row a signal. Only the rows in view are painted. The arrow keys walk the cells,
 * Enter opens one, and the line below says what the marked cell holds.
 */
export function HeatMap(props: {
  map: HeatMapData;
  bounds: { from: number; to: number };
  zone: string;
  selected: { signal: string; at: number | null } | null;
  /** What a signal is called on screen. */
  name: (signal: string) => string;
  href: (signal: string) => string;
  onOpen: (signal: string, windowStart: number | null) => void;
  /** What else there is to say of the window behind a cell, which ends at `end`. */
  reason?: (signal: string, end: number) => ReactNode;
  maxHeight?: number;
}) {
  const { map, zone } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(place);
  const [scroll, setScroll] = useState(0);
  const [cursor, setCursor] = useState<Cell | null>(null);
  const [theme, setTheme] = useState(0);
  const full = map.rows.length * ROW_HEIGHT;
  const height = Math.min(full, props.maxHeight ?? 440);
  const first = Math.floor(scroll / ROW_HEIGHT);
  const last = Math.min(map.rows.length, Math.ceil((scroll + height) / ROW_HEIGHT) + 1);
  const grid = useMemo<Grid | null>(
    () =>
      width === null || width < 10 || map.columns.length === 0
        ? null
        : { columns: map.columns.length, rows: map.rows.length, width, rowHeight: ROW_HEIGHT },
    [width, map],
  );
  const chosen = useMemo(() => {
    if (!props.selected) return null;
    const row = map.rows.findIndex(({ signal }) => signal === props.selected?.signal);
    if (row < 0) return null;
    const column = map.rows[row]?.window_start.indexOf(props.selected.at) ?? -1;
    return { row, column: props.selected.at === null ? -1 : column };
  }, [map, props.selected]);

  useEffect(() => {
    const again = () => setTheme((n) => n + 1);
    const media = matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', again);
    window.addEventListener('leeway:theme', again);
    return () => {
      media.removeEventListener('change', again);
      window.removeEventListener('leeway:theme', again);
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `theme` counts changes of the colours read inside
  useEffect(() => {
    if (canvas.current && grid)
      paintHeatMap(
        canvas.current,
        map,
        grid,
        { scroll, height, cursor, chosen },
        readPalette(canvas.current),
      );
  }, [map, grid, scroll, height, cursor, chosen, theme]);

  const at = (event: PointerEvent): Cell | null => {
    const box = canvas.current?.getBoundingClientRect();
    return box && grid ? cellAt(grid, event.clientX - box.left, event.clientY - box.top + scroll) : null;
  };
  const open = (cell: Cell | null) => {
    const facts = cell ? cellFacts(map, cell) : null;
    if (facts) props.onOpen(facts.signal, facts.window?.from ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return setCursor(null);
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return open(cursor);
    }
    const from = cursor ?? { row: first, column: map.columns.length };
    const to = moveCell(event.key, from, { columns: map.columns.length, rows: map.rows.length });
    if (!to) return;
    event.preventDefault();
    setCursor(to);
    const top = to.row * ROW_HEIGHT;
    if (top < scroll) scroller.current?.scrollTo({ top });
    else if (top + ROW_HEIGHT > scroll + height)
      scroller.current?.scrollTo({ top: top + ROW_HEIGHT - height });
  };

  const facts = cursor ? cellFacts(map, cursor) : null;
  const when = facts ? cellTime(facts.window, facts.columnStart, map.column_ms, zone) : '';
  const span = props.bounds.to - props.bounds.from;
  return (
    <div className={css.map}>
      <div
        ref={scroller}
        className={css.scroller}
        style={{ maxHeight: height }}
        onScroll={(e) => setScroll(e.currentTarget.scrollTop)}
      >
        <div className={css.inner} style={{ height: full }}>
          <ul className={css.labels}>
            {map.rows.slice(first, last).map((row, index) => (
              <li key={row.signal} style={{ top: (first + index) * ROW_HEIGHT, height: ROW_HEIGHT }}>
                <Link
                  href={props.href(row.signal)}
                  title={props.name(row.signal)}
                  aria-current={chosen?.row === first + index ? 'true' : undefined}
                >
                  {props.name(row.signal)}
                </Link>
              </li>
            ))}
          </ul>
          <div ref={place} className={css.place}>
            <div
              className={css.sticky}
              style={{ height }}
              role="application"
              aria-label="Heat map of verdicts. Arrow keys walk the cells, Enter opens the window."
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
              tabIndex={0}
              onKeyDown={onKeyDown}
              onPointerMove={(event) => event.pointerType === 'mouse' && setCursor(at(event))}
              onPointerLeave={(event) => event.pointerType === 'mouse' && setCursor(null)}
              onClick={(event) => {
                const cell = at(event as unknown as PointerEvent);
                setCursor(cell);
                open(cell);
              }}
            >
              <canvas ref={canvas} />
            </div>
          </div>
        </div>
      </div>
      <div className={css.axis} aria-hidden="true">
        {grid
          ? timeTicks(props.bounds.from, props.bounds.to, Math.max(2, Math.floor(grid.width / 90)), zone)
              .map((t) => ({ t, x: ((t - props.bounds.from) / span) * grid.width }))
              .filter(({ x }) => x > 18 && x < grid.width - 18)
              .map(({ t, x }) => (
                <span key={t} style={{ left: x }}>
                  {axisTime(t, zone, span)}
                </span>
              ))
          : null}
        {grid
          ? map.markers.map((marker) => {
              const column = (Date.parse(marker.at) - props.bounds.from) / span;
              return column < 0 || column > 1 ? null : (
                <i
                  key={`${marker.at} ${marker.text}`}
                  style={{ left: column * columnX(grid, grid.columns) }}
                  title={marker.text}
                />
              );
            })
          : null}
      </div>
      <p className={css.status} role="status">
        {facts
          ? cellSentence(facts, when)
          : 'Worst signal first. Point at a cell, or walk with the arrow keys.'}
        {facts?.window && facts.verdict ? props.reason?.(facts.signal, facts.window.to) : null}
      </p>
    </div>
  );
}

/** A cell's time: the window behind it, or the span that its column covers. */
function cellTime(
  window: { from: number; to: number } | null,
  columnStart: number,
  columnMs: number,
  zone: string,
): string {
  return window
    ? windowText(window.from, window.to, zone)
    : windowText(columnStart, columnStart + columnMs, zone);
}

/** Kinds that a heat map's legend explains. */
export const HEAT_MAP_LEGEND: readonly VerdictKind[] = [
  'stable',
  'moderate',
  'significant',
  'drifting',
  'insufficient_data',
];
