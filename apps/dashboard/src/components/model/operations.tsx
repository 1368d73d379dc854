'use client';

import type { Series, SeriesMetric } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { seriesQuery } from '../../lib/queries';
import { sliceFilter } from '../../lib/slice';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { ErrorState, Skeleton } from '../ui/states';
import { OPERATION_METRICS, OUTCOME_METRICS } from './metrics';
import css from './model.module.css';
import { SeriesChart } from './series-chart';

type Chart = { title: string; metrics: readonly SeriesMetric[]; nothing: string; optional?: boolean };

const OPERATIONS: readonly Chart[] = [
  {
    title: 'Latency',
    metrics: ['latency_p50', 'latency_p95', 'latency_p99'],
    nothing: 'No event carried latency_ms in this range.',
  },
  { title: 'Traffic', metrics: ['throughput'], nothing: 'No events in this range.' },
  { title: 'Error rate', metrics: ['error_rate'], nothing: 'No events in this range.' },
];

const OUTCOMES: readonly Chart[] = [
  {
    title: 'Accuracy, realised and estimated',
    metrics: ['accuracy', 'estimated_accuracy'],
    nothing: '',
    optional: true,
  },
  { title: 'Prediction error', metrics: ['mae', 'rmse', 'bias'], nothing: '', optional: true },
  {
    title: 'Label coverage',
    metrics: ['label_coverage'],
    nothing: 'No labels have arrived for events of this range. Post them to /api/v1/labels.',
  },
  { title: 'Tokens', metrics: ['tokens_input', 'tokens_output'], nothing: '', optional: true },
];

/** Latency, traffic and errors of a model. */
export function Operations(props: { model: string }) {
  return <Charts model={props.model} metrics={OPERATION_METRICS} charts={OPERATIONS} />;
}

/** Performance where labels arrived, and cost where tokens did. */
export function Outcomes(props: { model: string }) {
  return <Charts model={props.model} metrics={OUTCOME_METRICS} charts={OUTCOMES} />;
}

function Charts(props: { model: string; metrics: readonly SeriesMetric[]; charts: readonly Chart[] }) {
  const { range, refetchInterval } = useRange();
  const slice = useSlice();
  const query = useQuery({
    ...seriesQuery(props.model, { ...range, ...sliceFilter(slice), metrics: props.metrics }),
    refetchInterval,
    placeholderData: (before) => before,
  });
  const groups = useMemo(
    () => props.charts.map((chart) => ({ chart, series: pick(query.data?.series ?? [], chart.metrics) })),
    [query.data, props.charts],
  );
  if (query.isError && !query.data)
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={220} label="Loading the charts" />;
  return (
    <div className={css.grid}>
      {groups.map(({ chart, series }) =>
        chart.optional && series.every(isEmpty) ? null : (
          <SeriesChart
            key={chart.title}
            title={chart.title}
            series={chart.optional ? series.filter((one) => !isEmpty(one)) : series}
            markers={query.data.markers}
            nothing={chart.nothing}
          />
        ),
      )}
    </div>
  );
}

function pick(series: readonly Series[], metrics: readonly SeriesMetric[]): Series[] {
  return metrics.flatMap((metric) => series.filter((one) => one.metric === metric));
}

function isEmpty(series: Series): boolean {
  return series.points.every((point) => point.value === null);
}
