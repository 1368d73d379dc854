'use client';

import type { SeriesList, SeriesMetric } from '@leeway/contract';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { outcomesQuery, seriesQuery } from '../../lib/queries';
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
  { title: 'Precision and recall', metrics: ['precision', 'recall', 'f1'], nothing: '', optional: true },
  { title: 'AUC', metrics: ['auc'], nothing: '', optional: true },
  { title: 'Prediction error', metrics: ['mae', 'rmse', 'bias'], nothing: '', optional: true },
  {
    title: 'Label coverage',
    metrics: ['label_coverage'],
    nothing: 'No labels have arrived for events of this range. Post them to /api/v1/labels.',
  },
  { title: 'Tokens', metrics: ['tokens_input', 'tokens_output'], nothing: '', optional: true },
  { title: 'Cost of tokens', metrics: ['cost'], nothing: '', optional: true },
];

/** Outcomes change with delayed labels: asking once a minute is often enough. */
const OUTCOMES_EVERY_MS = 60_000;

/** Latency, traffic and errors of a model. */
export function Operations(props: { model: string }) {
  const { range, refetchInterval } = useRange();
  const filter = sliceFilter(useSlice());
  const query = useQuery({
    ...seriesQuery(props.model, { ...range, ...filter, metrics: OPERATION_METRICS }),
    refetchInterval,
    placeholderData: (before) => before,
  });
  return <Charts charts={OPERATIONS} query={query} />;
}

/** Performance where labels arrived, and cost where tokens did. */
export function Outcomes(props: { model: string }) {
  const { range, refetchInterval } = useRange();
  const filter = sliceFilter(useSlice());
  const query = useQuery({
    ...outcomesQuery(props.model, { ...range, ...filter, metrics: OUTCOME_METRICS }),
    refetchInterval: refetchInterval === false ? false : Math.max(OUTCOMES_EVERY_MS, refetchInterval),
    placeholderData: (before) => before,
  });
  return <Charts charts={OUTCOMES} query={query} />;
}

function Charts(props: { charts: readonly Chart[]; query: UseQueryResult<SeriesList> }) {
  const { data, isError, error, refetch } = props.query;
  if (isError && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={220} label="Loading the charts" />;
  return (
    <div className={css.grid}>
      {props.charts.map((chart) => (
        <ChartOf key={chart.title} chart={chart} data={data} />
      ))}
    </div>
  );
}

function ChartOf({ chart, data }: { chart: Chart; data: SeriesList }) {
  const series = useMemo(() => {
    const found = chart.metrics.flatMap((metric) => data.series.filter((one) => one.metric === metric));
    const told = found.filter((one) => one.points.some((point) => point.value !== null));
    return chart.optional ? told : found;
  }, [chart, data]);
  if (chart.optional && series.length === 0) return null;
  return <SeriesChart title={chart.title} series={series} markers={data.markers} nothing={chart.nothing} />;
}
