'use client';

import type { ComparedSignal, HistogramPair, Slice } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Histogram, HistogramLegend } from '../../charts/histogram';
import { histogramModes, histogramTable, prepareHistogram } from '../../charts/prepare/histogram';
import { count, percent } from '../../lib/format';
import { histogramsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { ChartFrame } from '../ui/chart-frame';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import { combinePairs } from './combine';
import css from './compare.module.css';

/** One signal of both sides on the active baseline's bins, with what was gained and lost in words. */
export function CompareOverlay(props: {
  model: string;
  compared: ComparedSignal;
  a: Slice;
  b: Slice;
  /** Id of the active baseline, when known: it can be drawn; another baseline has bins of its own. */
  active: string | null;
  names: { a: string; b: string };
}) {
  const { a, b, compared } = props;
  const [left, right] = [useSide(props.model, compared.signal, a), useSide(props.model, compared.signal, b)];
  // Two baselines, or one that isn't active: nothing to draw on shared bins. Otherwise one slice carries the baseline.
  const drawable = [a, b].every((side) => isActive(side, props.active))
    ? false
    : [a, b].every((side) => !side.baseline || isActive(side, props.active));
  const pair = useMemo<HistogramPair | null>(() => {
    if (!drawable) return null;
    if (!a.baseline && !left.data) return null;
    if (!b.baseline && !right.data) return null;
    return combinePairs(a.baseline ? null : (left.data ?? null), b.baseline ? null : (right.data ?? null));
  }, [drawable, a, b, left.data, right.data]);
  const drawing = useMemo(
    () => (pair ? prepareHistogram(pair, histogramModes(pair)[0] ?? 'bin') : null),
    [pair],
  );
  const failed = [left, right].find((side) => side.isError);
  return (
    <div>
      {failed ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
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
      ) : drawable ? (
        <Skeleton height={300} label="Loading the distributions" />
      ) : (
        <EmptyState title="Another baseline has bins of its own.">
          It can be compared in numbers, but not drawn over this one. What moved is listed below.
        </EmptyState>
      )}
      <p className={css.result}>
        <VerdictBadge verdict={compared.verdict} /> {compared.reason}
      </p>
      {compared.direction && compared.direction.way !== 'none' ? <Moves compared={compared} /> : null}
    </div>
  );
}

function useSide(model: string, signal: string, slice: Slice) {
  return useQuery({
    ...histogramsQuery(model, {
      signal,
      from: slice.from ?? 'now-24h',
      to: slice.to ?? 'now',
      ...(slice.version ? { version: slice.version } : {}),
      ...(slice.segment ? { segment: slice.segment } : {}),
    }),
    enabled: !slice.baseline,
  });
}

function isActive(slice: Slice, active: string | null): boolean {
  return slice.baseline !== undefined && (slice.baseline === 'active' || slice.baseline === active);
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
