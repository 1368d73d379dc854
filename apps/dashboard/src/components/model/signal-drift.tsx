'use client';

import type { SeriesMetric } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { metricName } from '../../charts/prepare/time-series';
import { seriesQuery } from '../../lib/queries';
import { sliceFilter } from '../../lib/slice';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { ErrorState, Skeleton } from '../ui/states';
import { Segmented } from '../ui/toggle';
import { DRIFT_METRICS } from './metrics';
import { SeriesChart } from './series-chart';

const STATISTICS = ['psi', 'ks', 'js'] as const satisfies readonly SeriesMetric[];
const NOTES: Record<(typeof STATISTICS)[number], string> = {
  psi: 'de-biased',
  ks: 'Kolmogorov–Smirnov',
  js: 'Jensen–Shannon distance',
};

/** One signal's drift over time against its bands: PSI, by which verdicts go, or KS and JS beside it. */
export function SignalDrift(props: { model: string; signal: string; height?: number }) {
  const { range, refetchInterval } = useRange();
  const slice = useSlice();
  const [statistic, setStatistic] = useState<(typeof STATISTICS)[number]>('psi');
  const query = useQuery({
    ...seriesQuery(props.model, {
      ...range,
      ...sliceFilter(slice),
      metrics: statistic === 'psi' ? DRIFT_METRICS : [statistic],
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
      note={`${metricName(statistic)}, ${NOTES[statistic]}`}
      legend={
        <Segmented
          label="Statistic"
          value={statistic}
          options={STATISTICS.map((value) => ({ value, label: metricName(value) }))}
          onChange={setStatistic}
        />
      }
      series={query.data.series}
      markers={query.data.markers}
      height={height}
      nothing="No window of this signal was judged in this range."
    />
  );
}
