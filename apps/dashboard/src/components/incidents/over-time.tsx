'use client';

import type { SeriesMetric } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metricName, prepareTimeSeries, timeSeriesTable } from '../../charts/prepare/time-series';
import { TimeSeries } from '../../charts/time-series';
import { seriesQuery } from '../../lib/queries';
import { type Range, rangeMs } from '../../lib/range';
import { useNow } from '../now';
import { ChartFrame } from '../ui/chart-frame';
import { ErrorState, Skeleton } from '../ui/states';
import { useZone } from '../zone';

const HEIGHT = 190;

/** One metric around an incident, with its bands, markers and the time it began. */
export default function OverTime(props: {
  model: string;
  metric: SeriesMetric;
  signal?: string;
  version?: string;
  segment?: string;
  range: Range;
  since: string;
}) {
  const { zone } = useZone();
  const now = useNow();
  const series = useQuery(
    seriesQuery(props.model, {
      ...props.range,
      metrics: [props.metric],
      ...(props.signal ? { signal: props.signal } : {}),
      ...(props.version ? { version: props.version } : {}),
      ...(props.segment ? { segment: props.segment } : {}),
    }),
  );
  const drawing = useMemo(
    () =>
      series.data
        ? prepareTimeSeries(series.data.series, [
            ...series.data.markers,
            { at: props.since, kind: 'deploy', text: 'onset' },
          ])
        : null,
    [series.data, props.since],
  );
  if (series.isPending) return <Skeleton height={HEIGHT + 30} label="Loading the chart" />;
  if (!series.data || !drawing)
    return <ErrorState error={series.error} retry={() => void series.refetch()} />;
  const name = metricName(props.metric);
  return (
    <ChartFrame
      title={`${name} over time`}
      summary={`${name} of ${props.signal ?? props.model} around the incident.`}
      table={() => timeSeriesTable(drawing)}
      height={HEIGHT}
    >
      <TimeSeries
        drawing={drawing}
        bounds={rangeMs(props.range, now)}
        zone={zone}
        height={HEIGHT}
        group="incident"
        label={`${name} of ${props.signal ?? props.model}`}
      />
    </ChartFrame>
  );
}
