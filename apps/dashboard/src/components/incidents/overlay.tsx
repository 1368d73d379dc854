'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Histogram, HistogramLegend } from '../../charts/histogram';
import { histogramModes, histogramTable, prepareHistogram } from '../../charts/prepare/histogram';
import { count } from '../../lib/format';
import { histogramsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { ChartFrame } from '../ui/chart-frame';
import { ErrorState, Skeleton } from '../ui/states';

const HEIGHT = 190;

/** Baseline and window of one signal over each other; the incident's answer to "what does it look like now". */
export default function Overlay(props: {
  model: string;
  signal: string;
  from: string;
  to: string;
  version?: string;
  segment?: string;
}) {
  const { model, signal, from, to } = props;
  const pair = useQuery(
    histogramsQuery(model, {
      signal,
      from,
      to,
      ...(props.version ? { version: props.version } : {}),
      ...(props.segment ? { segment: props.segment } : {}),
    }),
  );
  const drawing = useMemo(
    () => (pair.data ? prepareHistogram(pair.data, histogramModes(pair.data)[0] ?? 'bin') : null),
    [pair.data],
  );
  if (pair.isPending)
    return <Skeleton height={HEIGHT + 50} label={`Loading the distribution of ${signal}`} />;
  if (!pair.data || !drawing) return <ErrorState error={pair.error} retry={() => void pair.refetch()} />;
  const sentence = pair.data.verdict?.direction?.text ?? '';
  return (
    <ChartFrame
      title={`Baseline and now: ${signalName(signal)}`}
      note={`${count(pair.data.n_current)} events`}
      legend={<HistogramLegend baseline="baseline" current="this window" />}
      summary={`Distribution of ${signal}: ${count(pair.data.n_baseline)} baseline rows against ${count(pair.data.n_current)} events. ${sentence}`}
      table={() => histogramTable(pair.data)}
      height={HEIGHT}
    >
      <Histogram drawing={drawing} height={HEIGHT} label={`Baseline and window of ${signal}`} />
    </ChartFrame>
  );
}
