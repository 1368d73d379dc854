'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { bucketSpan, distributionTable, prepareFan, prepareRidges } from '../../charts/prepare/distribution';
import { QuantileFan } from '../../charts/quantile-fan';
import { Ridges } from '../../charts/ridges';
import { distributionQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { sliceFilter } from '../../lib/slice';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { DISTRIBUTION_BUCKETS } from '../model/metrics';
import { ChartFrame } from '../ui/chart-frame';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useZone } from '../zone';

const MOST_RIDGES = 12;

/** A numeric signal as a quantile fan, a categorical one as ridges of its biggest categories. */
export function Distribution(props: { model: string; signal: string; at: number | null }) {
  const { range, bounds, refetchInterval } = useRange();
  const { zone } = useZone();
  const slice = useSlice();
  const query = useQuery({
    ...distributionQuery(props.model, {
      ...range,
      ...sliceFilter(slice),
      signal: props.signal,
      buckets: DISTRIBUTION_BUCKETS,
    }),
    refetchInterval,
    placeholderData: (before) => (before?.signal === props.signal ? before : undefined),
  });
  const { data } = query;
  // Categories, and regions of an embedding, have names; numbers have none.
  const numeric = data ? data.labels.length === 0 : false;
  const fan = useMemo(() => (data && numeric ? prepareFan(data) : null), [data, numeric]);
  const ridges = useMemo(() => (data && !numeric ? prepareRidges(data, MOST_RIDGES) : null), [data, numeric]);
  // Its own time axis, so that the picture and its labels move together when newer data comes.
  const span = useMemo(() => {
    const first = data?.buckets[0]?.t;
    const last = data?.buckets.at(-1)?.t;
    return data && first !== undefined && last !== undefined
      ? { from: first, to: last + bucketSpan(data) }
      : bounds;
  }, [data, bounds]);
  const bucketMs = useMemo(() => (data ? bucketSpan(data) : 0), [data]);
  const name = signalName(props.signal);

  if (query.isError && !data) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!data) return <Skeleton height={300} label="Loading the distribution" />;
  if (fan?.empty ?? ridges?.empty)
    return (
      <EmptyState title="No events in this range.">
        Choose a longer range, or another version or segment.
      </EmptyState>
    );
  const summary = `How ${name} is distributed over ${data.buckets.length} spans of time, against the baseline.`;
  return (
    <ChartFrame
      title="Distribution over time"
      level={2}
      note={ridges && ridges.left > 0 ? `${ridges.left} smaller categories not drawn` : undefined}
      summary={summary}
      table={() => distributionTable(data)}
      height={fan ? 280 : 40 + (ridges?.ridges.length ?? 0) * 34}
    >
      {fan ? (
        <QuantileFan
          fan={fan}
          bounds={span}
          bucketMs={bucketMs}
          zone={zone}
          height={260}
          label={summary}
          selected={props.at}
          onPick={(t) => void slice.set({ at: Math.round(t) })}
        />
      ) : null}
      {ridges ? (
        <Ridges drawing={ridges} bounds={span} bucketMs={bucketMs} zone={zone} label={summary} />
      ) : null}
    </ChartFrame>
  );
}
