'use client';

import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { windowText } from '../lib/time';
import { pointAt, useCrosshair } from './crosshair';
import { fraction } from './prepare/scale';
import { nearestRow, type TimeSeriesLayout } from './prepare/time-series-layout';
import { strokeOf } from './strokes';
import type { TimeSeriesProps } from './time-series';
import css from './time-series.module.css';
import { TimeSeriesTooltip } from './time-series-tooltip';

const TOOLTIP = 200;

/**
 * What follows the pointer: the crosshair that all charts of the group share, the tooltip of the one pointed at,
 * and the span being selected. The arrow keys move the crosshair from point to point, with Shift they select.
 */
export function TimeSeriesPointer(props: TimeSeriesProps & { layout: TimeSeriesLayout; width: number }) {
  const { layout, drawing, group, height } = props;
  const moment = useCrosshair(group);
  const [active, setActive] = useState(false);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const row = moment === null ? null : nearestRow(drawing.rows, moment);
  const x = row ? layout.x(row.t) : null;

  const timeAt = (event: PointerEvent) => {
    const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return layout.t(Math.min(layout.right, Math.max(layout.left, px)));
  };
  const leave = () => {
    setActive(false);
    setDrag(null);
    pointAt(group, null);
  };
  const zoom = (span: { from: number; to: number } | null) => {
    if (span && span.from !== span.to)
      props.onZoom?.(Math.min(span.from, span.to), Math.max(span.from, span.to));
    setDrag(null);
  };
  const onPointerMove = (event: PointerEvent) => {
    const t = timeAt(event);
    setActive(true);
    pointAt(group, t);
    if (drag) setDrag({ from: drag.from, to: t });
  };
  const onPointerUp = () => {
    // A twitch of the hand is no selection: eight pixels at least.
    zoom(drag && Math.abs(layout.x(drag.to) - layout.x(drag.from)) > 8 ? drag : null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { rows } = drawing;
    const index = row ? rows.indexOf(row) : -1;
    const to = {
      ArrowRight: index + 1,
      ArrowLeft: index < 0 ? rows.length - 1 : index - 1,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (event.key === 'Escape') leave();
    if (event.key === 'Enter' && drag) {
      event.preventDefault();
      zoom(drag);
    }
    if (to === undefined) return;
    event.preventDefault();
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (!next) return;
    setActive(true);
    setDrag(event.shiftKey && props.onZoom ? { from: drag?.from ?? row?.t ?? next.t, to: next.t } : null);
    pointAt(group, next.t);
  };

  return (
    <div
      className={css.pointer}
      role="application"
      aria-label={props.label ?? 'Values over time'}
      aria-roledescription={`line chart; arrow keys walk its points${props.onZoom ? ', with Shift they select a span, Enter zooms to it' : ''}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={leave}
      onPointerMove={onPointerMove}
      onPointerLeave={leave}
      onPointerDown={(event) => {
        if (props.onZoom && event.pointerType === 'mouse' && event.button === 0) {
          // The span goes on where the hand slips off the chart.
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: timeAt(event), to: timeAt(event) });
        }
      }}
      onPointerUp={onPointerUp}
    >
      {row && x !== null && x >= layout.left && x <= layout.right ? (
        <svg width={props.width} height={height} aria-hidden="true">
          {drag ? (
            <rect
              x={Math.min(layout.x(drag.from), layout.x(drag.to))}
              width={Math.abs(layout.x(drag.to) - layout.x(drag.from))}
              y={layout.top}
              height={layout.bottom - layout.top}
              fill="var(--accent)"
              opacity="0.15"
            />
          ) : null}
          <line x1={x} x2={x} y1={layout.top} y2={layout.bottom} stroke="var(--ink-marker)" />
          {row.lines.map((line, at) => {
            const tick = line?.value == null ? null : yOf(layout, drawing.scale.domain, line.value);
            return tick === null ? null : (
              <circle key={drawing.names[at]} cx={x} cy={tick} r="3" fill={strokeOf(at).color} />
            );
          })}
        </svg>
      ) : null}
      {active && row && x !== null ? (
        <div
          className={css.tooltip}
          style={x + TOOLTIP > props.width ? { right: props.width - x + 10 } : { left: x + 10 }}
          role="status"
        >
          {drag && drag.from !== drag.to ? (
            <p className={css.span}>
              {windowText(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to), props.zone)}: let go or
              press Enter to zoom
            </p>
          ) : null}
          <TimeSeriesTooltip row={row} drawing={drawing} zone={props.zone} />
        </div>
      ) : null}
    </div>
  );
}

function yOf(layout: TimeSeriesLayout, domain: [number, number], value: number): number {
  return layout.bottom - fraction(value, domain) * (layout.bottom - layout.top);
}
