'use client';

import type { SeriesMetric } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../lib/queries';
import { sliceFilter } from '../../lib/slice';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { SeriesChart } from '../model/series-chart';
import { ErrorState, Skeleton } from '../ui/states';

const METRICS: readonly SeriesMetric[] = ['missing', 'out_of_range', 'unseen'];

/** Shares of the signal's values that are missing, outside the baseline's range, or of a new category. */
export function SignalQuality(props: { model: string; signal: string }) {
  const { range, refetchInterval } = useRange();
  const slice = useSlice();
  const query = useQuery({
    ...seriesQuery(props.model, { ...range, ...sliceFilter(slice), metrics: METRICS, signal: props.signal }),
    refetchInterval,
    placeholderData: (before) => (before?.series[0]?.signal === props.signal ? before : undefined),
  });
  if (query.isError && !query.data)
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={220} label="Loading the data quality" />;
  const told = query.data.series.filter((series) => series.points.some((point) => point.value !== null));
  return (
    <SeriesChart
      title="Missing, out of range, unseen"
      note="share of events"
      series={told.length > 0 ? told : query.data.series}
      markers={query.data.markers}
      height={200}
      nothing="No events in this range."
    />
  );
}
