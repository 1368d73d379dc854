'use client';

import type { Marker, Series } from '@leeway/contract';
import { Maximize2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { LineKeys } from '../../charts/line-keys';
import { prepareTimeSeries, timeSeriesTable } from '../../charts/prepare/time-series';
import { TimeSeries } from '../../charts/time-series';
import { count, withUnit } from '../../lib/format';
import { useRange } from '../../lib/use-range';
import { Button } from '../ui/button';
import { ChartFrame } from '../ui/chart-frame';
import { useZone } from '../zone';
import css from './model.module.css';

const LargeDialog = dynamic(() => import('../../charts/large-dialog'), { ssr: false });

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
  const { range, bounds, setRange } = useRange();
  const { zone } = useZone();
  const [large, setLarge] = useState(false);
  const height = props.height ?? 180;
  // The axis moves when new data comes, not with every tick of the clock.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `bounds` follows the clock, `series` the data
  const axis = useMemo(() => bounds, [props.series, range]);
  const drawing = useMemo(
    () => prepareTimeSeries(props.series, props.markers, axis.to),
    [props.series, props.markers, axis],
  );
  const zoom = useCallback(
    (from: number, to: number) =>
      setRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }),
    [setRange],
  );
  const last = drawing.rows.findLast((row) => row.lines[0]?.value != null)?.lines[0];
  const summary = drawing.empty
    ? props.nothing
    : `${props.title}: newest value ${withUnit(last?.value, drawing.unit)} on ${count(last?.n)} events.`;
  return (
    <ChartFrame
      title={props.title}
      note={props.note}
      legend={props.legend ?? (drawing.names.length > 1 ? <LineKeys names={drawing.names} /> : undefined)}
      summary={summary}
      table={() => timeSeriesTable(drawing)}
      height={drawing.empty ? 40 : height}
      tools={
        drawing.empty ? undefined : (
          <Button look="quiet" icon aria-label="Enlarge" title="Enlarge" onClick={() => setLarge(true)}>
            <Maximize2 size={13} aria-hidden="true" />
          </Button>
        )
      }
    >
      {drawing.empty ? (
        <p className={css.quiet}>{props.nothing}</p>
      ) : (
        <TimeSeries
          drawing={drawing}
          bounds={axis}
          zone={zone}
          height={height}
          group="page"
          label={summary}
          onZoom={zoom}
        />
      )}
      {large ? (
        <LargeDialog title={props.title} drawing={drawing} zone={zone} onClose={() => setLarge(false)} />
      ) : null}
    </ChartFrame>
  );
}
