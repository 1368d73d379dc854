'use client';

import type { ComparedSignal, Slice } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Histogram, HistogramLegend } from '../../charts/histogram';
import { histogramModes, histogramTable, prepareHistogram } from '../../charts/prepare/histogram';
import { count, percent } from '../../lib/format';
import { compareQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { ChartFrame } from '../ui/chart-frame';
import { ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import css from './compare.module.css';

/** One signal of both sides on shared bins, with what was gained and lost in words. */
export function CompareOverlay(props: {
  model: string;
  compared: ComparedSignal;
  a: Slice;
  b: Slice;
  names: { a: string; b: string };
}) {
  const { compared } = props;
  const found = useQuery(compareQuery(props.model, props.a, props.b, compared.signal));
  const pair = found.data?.histogram ?? null;
  const drawing = useMemo(
    () => (pair ? prepareHistogram(pair, histogramModes(pair)[0] ?? 'bin') : null),
    [pair],
  );
  return (
    <div>
      {found.isError && !found.data ? (
        <ErrorState error={found.error} retry={() => void found.refetch()} />
      ) : drawing && pair ? (
        <ChartFrame
          title={signalName(compared.signal)}
          level={2}
          legend={
            <HistogramLegend
              baseline={`A: ${props.names.a}, ${count(drawing.nBaseline)}`}
              current={`B: ${props.names.b}, ${count(drawing.nCurrent)}`}
            />
          }
          summary={compared.reason}
          table={() => histogramTable(pair)}
          height={264}
        >
          <Histogram
            drawing={drawing}
            height={240}
            names={{ baseline: 'A', current: 'B' }}
            label={`${signalName(compared.signal)}: shares of A and B by bin`}
          />
        </ChartFrame>
      ) : (
        <Skeleton height={300} label="Loading the distributions" />
      )}
      <p className={css.result}>
        <VerdictBadge verdict={compared.verdict} /> {compared.reason}
      </p>
      {compared.direction && compared.direction.way !== 'none' ? <Moves compared={compared} /> : null}
    </div>
  );
}

function Moves({ compared }: { compared: ComparedSignal }) {
  const { direction } = compared;
  if (!direction) return null;
  return (
    <ul className={css.moves}>
      <li>{direction.text}</li>
      {[...direction.gained, ...direction.lost].slice(0, 6).map((move) => (
        <li key={move.bin}>
          {move.bin}: {percent(move.baseline_share)} → {percent(move.current_share)}
        </li>
      ))}
    </ul>
  );
}
