'use client';

import { useMemo } from 'react';
import {
  Area,
  Brush,
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
import type { Row, TimeSeriesDrawing } from './prepare/time-series';
import { strokeOf } from './strokes';
import { TimeSeriesTooltip } from './time-series-tooltip';

const AXIS_TEXT = { fontSize: 12, fill: 'var(--text-3)' };

/**
 * A time series for a closer look: large, with a brush under it whose ends can be dragged and stepped by keyboard.
 * It comes with its own library, loaded when somebody asks for it; the charts on the pages do without.
 */
export function TimeSeriesLarge(props: { drawing: TimeSeriesDrawing; zone: string; height: number }) {
  const { drawing, zone } = props;
  const span = useMemo(() => (drawing.rows.at(-1)?.t ?? 0) - (drawing.rows[0]?.t ?? 0), [drawing.rows]);
  const format = (value: number) => withUnit(value, drawing.unit);
  const time = (t: number) => axisTime(t, zone, span);
  return (
    <ResponsiveContainer width="100%" height={props.height}>
      <ComposedChart data={drawing.rows} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
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
          domain={['dataMin', 'dataMax']}
          tickFormatter={time}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={{ stroke: 'var(--border)' }}
          minTickGap={40}
        />
        <YAxis
          domain={drawing.scale.domain}
          ticks={drawing.scale.ticks}
          tickFormatter={format}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={false}
          width={72}
        />
        {drawing.thresholds.map((threshold) => (
          <ReferenceLine
            key={`${threshold.name} ${threshold.value}`}
            y={threshold.value}
            stroke="var(--ink-marker)"
            strokeDasharray="3 3"
            ifOverflow="hidden"
            label={{
              value: `${threshold.name} ${format(threshold.value)}`,
              position: 'insideTopRight',
              fontSize: 11,
              fill: 'var(--text-3)',
            }}
          />
        ))}
        {drawing.markers.map((marker) => (
          <ReferenceLine
            key={`${marker.t} ${marker.text}`}
            x={marker.t}
            stroke="var(--ink-marker)"
            ifOverflow="hidden"
            label={{ value: marker.text, position: 'insideTopLeft', fontSize: 11, fill: 'var(--text-3)' }}
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
            dot={false}
            activeDot={{ r: 3, strokeWidth: 0 }}
          />
        ))}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--ink-marker)', strokeWidth: 1 }}
          content={({ active, payload }) => {
            const row = active ? (payload?.[0]?.payload as Row | undefined) : undefined;
            return row ? <TimeSeriesTooltip row={row} drawing={drawing} zone={zone} /> : null;
          }}
        />
        <Brush
          dataKey="t"
          height={28}
          stroke="var(--border-strong)"
          fill="var(--panel)"
          travellerWidth={8}
          tickFormatter={time}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
