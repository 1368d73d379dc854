'use client';

import { memo, useMemo, useRef } from 'react';
import { useWidth } from '../lib/use-size';
import { VERDICT_LOOKS } from '../lib/verdicts';
import type { TimeSeriesDrawing } from './prepare/time-series';
import { type LineLayout, layoutTimeSeries, type Mark } from './prepare/time-series-layout';
import { strokeOf } from './strokes';
import css from './time-series.module.css';
import { TimeSeriesPointer } from './time-series-pointer';

export type TimeSeriesProps = {
  drawing: TimeSeriesDrawing;
  bounds: { from: number; to: number };
  zone: string;
  height: number;
  /** Charts of one group share the crosshair. */
  group: string;
  /** What a screen reader calls it. */
  label?: string;
  /** Called when a span was dragged; epoch milliseconds. */
  onZoom?: (from: number, to: number) => void;
};

/**
 * Lines over time with their envelopes, bands, thresholds and marks. The picture itself is drawn once for its
 * data and size; what follows the pointer is drawn above it.
 */
export const TimeSeries = memo(function TimeSeries(props: TimeSeriesProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const { drawing, bounds, zone, height } = props;
  const layout = useMemo(
    () => (width === null ? null : layoutTimeSeries(drawing, bounds, { width, height }, zone)),
    [drawing, bounds, zone, height, width],
  );
  return (
    <div ref={place} className={css.place} style={{ height }}>
      {layout && width !== null ? (
        <>
          <svg width={width} height={height} aria-hidden="true">
            {layout.bands.map((band) => (
              <rect
                key={band.verdict}
                x={layout.left}
                width={layout.right - layout.left}
                y={band.y}
                height={band.height}
                fill={`var(${VERDICT_LOOKS[band.verdict].color}-wash)`}
              />
            ))}
            {layout.yTicks.map((tick) => (
              <g key={tick.y}>
                <line x1={layout.left} x2={layout.right} y1={tick.y} y2={tick.y} stroke="var(--ink-grid)" />
                <text x={layout.left - 6} y={tick.y + 3.5} textAnchor="end" className={css.axis}>
                  {tick.text}
                </text>
              </g>
            ))}
            {layout.xTicks.map((tick) => (
              <text key={tick.x} x={tick.x} y={height - 4} textAnchor="middle" className={css.axis}>
                {tick.text}
              </text>
            ))}
            {layout.markers.map((marker) => (
              <g key={`${marker.x} ${marker.dashed}`}>
                <line
                  x1={marker.x}
                  x2={marker.x}
                  y1={layout.top - 12}
                  y2={layout.bottom}
                  stroke="var(--ink-marker)"
                  strokeDasharray={marker.dashed ? '1 3' : undefined}
                />
                <text
                  x={marker.x + (marker.end ? -4 : 4)}
                  y={layout.top - 5}
                  textAnchor={marker.end ? 'end' : 'start'}
                  className={css.small}
                >
                  {marker.text}
                </text>
              </g>
            ))}
            {layout.lines.map((line, at) => (
              <Line key={drawing.names[at]} line={line} at={at} />
            ))}
            {layout.thresholds.map((threshold) => {
              const look = threshold.verdict ? VERDICT_LOOKS[threshold.verdict].color : null;
              return (
                <g key={threshold.text}>
                  <line
                    x1={layout.left}
                    x2={layout.right}
                    y1={threshold.y}
                    y2={threshold.y}
                    stroke={look ? `var(${look})` : 'var(--ink-marker)'}
                    strokeDasharray="3 3"
                  />
                  {threshold.place ? (
                    <text
                      x={threshold.place.end === 'end' ? layout.right - 4 : layout.left + 4}
                      y={threshold.y + (threshold.place.above ? -4 : 11)}
                      textAnchor={threshold.place.end}
                      className={css.small}
                      style={look ? { fill: `var(${look}-text)` } : undefined}
                    >
                      {threshold.text}
                    </text>
                  ) : (
                    <title>{threshold.text}</title>
                  )}
                </g>
              );
            })}
          </svg>
          <TimeSeriesPointer {...props} layout={layout} width={width} />
        </>
      ) : null}
    </div>
  );
});

function Line(props: { line: LineLayout; at: number }) {
  const stroke = strokeOf(props.at);
  return (
    <>
      <path d={props.line.envelope} fill="var(--ink-envelope)" />
      <path
        d={props.line.line}
        fill="none"
        stroke={stroke.color}
        strokeDasharray={stroke.dash}
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      {props.line.marks.map((mark) => (
        <PointMark key={`${mark.x} ${mark.y}`} mark={mark} color={stroke.color} />
      ))}
    </>
  );
}

/** Points that a line alone would not tell of: hollow where too few events, shaped where a verdict is bad. */
function PointMark({ mark: { x, y, kind }, color }: { mark: Mark; color: string }) {
  switch (kind) {
    case 'insufficient_data':
      return <circle cx={x} cy={y} r={2.5} fill="var(--bg)" stroke="var(--verdict-insufficient)" />;
    case 'significant':
      return <path d={`M${x} ${y - 4}l4 4-4 4-4-4Z`} fill="var(--verdict-significant)" />;
    case 'moderate':
      return <path d={`M${x} ${y - 3.5}l3.6 6.2h-7.2Z`} fill="var(--verdict-moderate)" />;
    case 'drifting':
      return <path d={`M${x - 3} ${y - 3}l6 6h-6Z`} fill="var(--verdict-drifting)" />;
    default:
      return <circle cx={x} cy={y} r={1.8} fill={color} />;
  }
}
