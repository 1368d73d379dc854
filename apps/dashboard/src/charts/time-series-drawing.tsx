'use client';

import { useMemo, useState } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { withUnit } from '../lib/format';
import { axisTime } from '../lib/time';
import { VERDICT_LOOKS } from '../lib/verdicts';
import { timeTicks } from './prepare/scale';
import type { LinePoint, Row } from './prepare/time-series';
import { strokeOf } from './strokes';
import type { TimeSeriesProps } from './time-series';
import { TimeSeriesTooltip } from './time-series-tooltip';

/** Draws what `prepareTimeSeries` decided. Dragging across it chooses a span of time. */
export default function TimeSeriesDrawing(props: TimeSeriesProps) {
  const { drawing, bounds, zone } = props;
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const ticks = useMemo(() => timeTicks(bounds.from, bounds.to, 6, zone), [bounds.from, bounds.to, zone]);
  const span = bounds.to - bounds.from;
  const format = (value: number) => withUnit(value, drawing.unit);
  const widest = Math.max(...drawing.scale.ticks.map((tick) => format(tick).length));

  const finish = () => {
    if (drag && props.onZoom && Math.abs(drag.to - drag.from) > span / 200)
      props.onZoom(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to));
    setDrag(null);
  };

  return (
    <ResponsiveContainer
      width="100%"
      height={props.height}
      initialDimension={{ width: 320, height: props.height }}
    >
      <ComposedChart
        data={drawing.rows}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        syncId={props.group}
        syncMethod="value"
        onMouseDown={(state) => {
          const t = Number(state.activeLabel);
          if (props.onZoom && Number.isFinite(t)) setDrag({ from: t, to: t });
        }}
        onMouseMove={(state) => {
          const t = Number(state.activeLabel);
          if (drag && Number.isFinite(t)) setDrag({ from: drag.from, to: t });
        }}
        onMouseUp={finish}
        onMouseLeave={() => setDrag(null)}
      >
        <CartesianGrid stroke="var(--ink-grid)" vertical={false} />
        {drawing.bands.map((band) => (
          <ReferenceArea
            key={band.verdict}
            y1={band.from}
            y2={band.to}
            fill={`var(${VERDICT_LOOKS[band.verdict].color}-wash)`}
            fillOpacity={1}
            stroke="none"
            ifOverflow="hidden"
          />
        ))}
        <XAxis
          dataKey="t"
          type="number"
          scale="linear"
          domain={[bounds.from, bounds.to]}
          allowDataOverflow
          ticks={ticks}
          tickFormatter={(t: number) => axisTime(t, zone, span)}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={{ stroke: 'var(--border)' }}
          minTickGap={24}
          height={22}
        />
        <YAxis
          domain={drawing.scale.domain}
          ticks={drawing.scale.ticks}
          tickFormatter={format}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={false}
          width={Math.min(72, 14 + widest * 6.4)}
        />
        {drawing.thresholds.map((threshold) => (
          <ReferenceLine
            key={`${threshold.name} ${threshold.value}`}
            y={threshold.value}
            stroke={
              threshold.verdict && threshold.reached
                ? `var(${VERDICT_LOOKS[threshold.verdict].color})`
                : 'var(--ink-marker)'
            }
            strokeDasharray="3 3"
            ifOverflow="hidden"
            label={{
              value: `${threshold.name} ${format(threshold.value)}`,
              position: 'insideTopRight',
              fontSize: 10,
              fill:
                threshold.verdict && threshold.reached
                  ? `var(${VERDICT_LOOKS[threshold.verdict].color}-text)`
                  : 'var(--text-3)',
            }}
          />
        ))}
        {drawing.markers.map((marker) => (
          <ReferenceLine
            key={`${marker.t} ${marker.text}`}
            x={marker.t}
            stroke="var(--ink-marker)"
            strokeDasharray={marker.kind === 'deploy' ? '1 3' : undefined}
            ifOverflow="hidden"
            label={{
              value: short(marker.text),
              position: 'insideTopLeft',
              fontSize: 10,
              fill: 'var(--text-3)',
            }}
          />
        ))}
        {drawing.names.map((name, at) => (
          <Area
            key={`${name} envelope`}
            dataKey={(row: Row) => row.lines[at]?.envelope ?? null}
            stroke="none"
            fill="var(--ink-envelope)"
            fillOpacity={1}
            isAnimationActive={false}
            activeDot={false}
            connectNulls={false}
            type="linear"
          />
        ))}
        {drawing.names.map((name, at) => (
          <Line
            key={name}
            name={name}
            dataKey={(row: Row) => row.lines[at]?.value ?? null}
            stroke={strokeOf(at).color}
            strokeDasharray={strokeOf(at).dash}
            strokeWidth={1.5}
            type="linear"
            isAnimationActive={false}
            connectNulls={false}
            activeDot={{ r: 3, strokeWidth: 0 }}
            dot={(dot: { cx?: number; cy?: number; index?: number; payload?: Row }) => (
              <PointMark key={dot.index} x={dot.cx} y={dot.cy} point={dot.payload?.lines[at] ?? null} />
            )}
          />
        ))}
        {drag ? (
          <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--accent)" fillOpacity={0.14} stroke="none" />
        ) : null}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--ink-marker)', strokeWidth: 1 }}
          content={({ active, payload }) => {
            const row = active ? (payload?.[0]?.payload as Row | undefined) : undefined;
            return row ? <TimeSeriesTooltip row={row} drawing={drawing} zone={zone} /> : null;
          }}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}

const AXIS_TEXT = { fontSize: 11, fill: 'var(--text-3)' };

/** Points that a line alone would not tell of: hollow where too few events, shaped where a verdict is bad. */
function PointMark(props: { x: number | undefined; y: number | undefined; point: LinePoint | null }) {
  const { x, y, point } = props;
  if (x === undefined || y === undefined || !point || !Number.isFinite(y)) return null;
  if (point.hollow)
    return <circle cx={x} cy={y} r={2.5} fill="var(--bg)" stroke="var(--verdict-insufficient)" />;
  switch (point.marked ? point.verdict : null) {
    case 'significant':
      return <path d={`M${x} ${y - 4}l4 4-4 4-4-4Z`} fill="var(--verdict-significant)" />;
    case 'moderate':
      return <path d={`M${x} ${y - 3.5}l3.6 6.2h-7.2Z`} fill="var(--verdict-moderate)" />;
    case 'drifting':
      return <path d={`M${x - 3} ${y - 3}l6 6h-6Z`} fill="var(--verdict-drifting)" />;
    default:
      return point.lone ? <circle cx={x} cy={y} r={1.8} fill="var(--ink-line)" /> : null;
  }
}

function short(text: string): string {
  return text.length > 18 ? `${text.slice(0, 17)}…` : text;
}
