'use client';

import { useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../lib/queries';
import { sliceFilter } from '../../lib/slice';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { ErrorState, Skeleton } from '../ui/states';
import { DRIFT_METRICS } from './metrics';
import { SeriesChart } from './series-chart';

/** One signal's de-biased PSI over time against its bands. */
export function SignalDrift(props: { model: string; signal: string; height?: number }) {
  const { range, refetchInterval } = useRange();
  const slice = useSlice();
  const query = useQuery({
    ...seriesQuery(props.model, {
      ...range,
      ...sliceFilter(slice),
      metrics: DRIFT_METRICS,
      signal: props.signal,
    }),
    refetchInterval,
    placeholderData: (before) => (before?.series[0]?.signal === props.signal ? before : undefined),
  });
  const height = props.height ?? 240;
  if (query.isError && !query.data)
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={height + 30} label="Loading the drift chart" />;
  return (
    <SeriesChart
      title="Drift over time"
      note="PSI, de-biased"
      series={query.data.series}
      markers={query.data.markers}
      height={height}
      nothing="No window of this signal was judged in this range."
    />
  );
}
