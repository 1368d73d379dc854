'use client';

import dynamic from 'next/dynamic';
import { useRef } from 'react';
import { Skeleton } from '../components/ui/states';
import { useNear } from '../lib/use-near';
import type { TimeSeriesDrawing } from './prepare/time-series';

/** What the drawing needs beside the data. */
export type TimeSeriesProps = {
  drawing: TimeSeriesDrawing;
  bounds: { from: number; to: number };
  zone: string;
  height: number;
  /** Charts of one group share the crosshair. */
  group: string;
  /** Called when a span was dragged; epoch milliseconds. */
  onZoom?: (from: number, to: number) => void;
};

// recharts weighs as much as the rest of the page: it comes when the first chart is about to be seen.
const Drawing = dynamic(() => import('./time-series-drawing'), { ssr: false });

/** Lines over time; drawn once the chart is near the screen. */
export function TimeSeries(props: TimeSeriesProps) {
  const place = useRef<HTMLDivElement>(null);
  const near = useNear(place);
  return (
    <div ref={place} style={{ height: props.height }}>
      {near ? <Drawing {...props} /> : <Skeleton height={props.height} />}
    </div>
  );
}
