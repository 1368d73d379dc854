'use client';

import type { Marker, Series } from '@leeway/contract';
import { type ReactNode, useMemo } from 'react';
import { prepareTimeSeries, timeSeriesTable } from '../../charts/prepare/time-series';
import { TimeSeries } from '../../charts/time-series';
import { withUnit } from '../../lib/format';
import { useRange } from '../../lib/use-range';
import { ChartFrame } from '../ui/chart-frame';
import { useZone } from '../zone';
import { LineKeys } from './line-keys';

/** Series of one unit in a frame: draws, explains its lines, and zooms the page's range when dragged across. */
export function SeriesChart(props: {
  title: string;
  note?: ReactNode;
  legend?: ReactNode;
  series: readonly Series[];
  markers: readonly Marker[];
  height?: number;
  /** What to say when there is nothing but gaps. */
  nothing: string;
}) {
  const { bounds, setRange } = useRange();
  const { zone } = useZone();
  const height = props.height ?? 180;
  const drawing = useMemo(
    () => prepareTimeSeries(props.series, props.markers),
    [props.series, props.markers],
  );
  const last = drawing.rows.findLast((row) => row.lines[0]?.value != null)?.lines[0];
  const summary = drawing.empty
    ? props.nothing
    : `${props.title}: newest value ${withUnit(last?.value, drawing.unit)} on ${last?.n ?? 0} events.`;
  return (
    <ChartFrame
      title={props.title}
      note={props.note}
      legend={props.legend ?? (drawing.names.length > 1 ? <LineKeys names={drawing.names} /> : undefined)}
      summary={summary}
      table={() => timeSeriesTable(drawing)}
      height={height}
    >
      {drawing.empty ? (
        <p>{props.nothing}</p>
      ) : (
        <TimeSeries
          drawing={drawing}
          bounds={bounds}
          zone={zone}
          height={height}
          group="page"
          onZoom={(from, to) =>
            setRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
          }
        />
      )}
    </ChartFrame>
  );
}
