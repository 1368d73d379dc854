'use client';

import { signalFeature } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Histogram, HistogramLegend } from '../../charts/histogram';
import {
  type HistogramMode,
  histogramModes,
  histogramTable,
  prepareHistogram,
} from '../../charts/prepare/histogram';
import { binEdges, binFilters, binLabel, type PickedBin } from '../../lib/feature-filter';
import { count, psi } from '../../lib/format';
import { histogramsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { sliceFilter } from '../../lib/slice';
import { windowText } from '../../lib/time';
import { useSlice } from '../../lib/use-slice';
import { verdictFacts } from '../../lib/verdict-facts';
import { Button } from '../ui/button';
import { ChartFrame } from '../ui/chart-frame';
import { ErrorState, Skeleton } from '../ui/states';
import { Segmented } from '../ui/toggle';
import { VerdictBadge } from '../ui/verdict';
import { useZone } from '../zone';
import css from './model.module.css';
import type { ChosenWindow } from './signal-window';

const MODE_WORDS: Record<HistogramMode, string> = { value: 'by value', bin: 'by bin' };

/** Baseline against one window of a signal: the outlines, the verdict and what moved in words. */
export function WindowOverlay(props: {
  model: string;
  signal: string;
  window: ChosenWindow;
  height?: number;
  /** Start of the newest window with events, to go to where this one has none; null where there is no other. */
  lastWindow?: number | null;
  /** A bin was pressed: its name, and conditions that its events meet (none where no condition says it). */
  onPick?: (label: string, filters: readonly string[]) => void;
}) {
  const slice = useSlice();
  const { zone } = useZone();
  const [wanted, setWanted] = useState<HistogramMode | null>(null);
  const { from, to } = props.window;
  const query = useQuery({
    ...histogramsQuery(props.model, {
      signal: props.signal,
      from: String(from),
      to: String(to),
      ...sliceFilter(slice),
    }),
    placeholderData: (before) => (before?.signal === props.signal ? before : undefined),
  });
  const modes = useMemo(() => (query.data ? histogramModes(query.data) : []), [query.data]);
  const mode = wanted && modes.includes(wanted) ? wanted : (modes[0] ?? 'bin');
  const drawing = useMemo(() => (query.data ? prepareHistogram(query.data, mode) : null), [query.data, mode]);
  const height = props.height ?? 200;
  const name = signalName(props.signal);
  const feature = signalFeature(props.signal);
  const { onPick } = props;
  const { data } = query;
  const pick =
    onPick && feature !== null && data && data.kind !== 'embedding'
      ? (bin: PickedBin) => {
          const filters = binFilters(feature, bin, binEdges(data.fine));
          if (filters.length > 0) onPick(binLabel(bin), filters);
        }
      : undefined;

  if (query.isError && !query.data)
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data || !drawing) return <Skeleton height={height + 60} label="Loading the distribution" />;
  const { verdict } = query.data;
  return (
    <ChartFrame
      title="Baseline vs window"
      legend={
        <>
          <HistogramLegend
            baseline={`baseline, ${count(drawing.nBaseline)}`}
            current={`${windowText(from, to, zone)}, ${count(drawing.nCurrent)} events`}
          />
          {modes.length > 1 ? (
            <Segmented
              label="Axis"
              value={mode}
              options={modes.map((value) => ({ value, label: MODE_WORDS[value] }))}
              onChange={setWanted}
            />
          ) : null}
        </>
      }
      summary={verdict?.reason ?? `${name} in this window against the baseline.`}
      table={() => histogramTable(query.data)}
      height={height + 24}
    >
      {drawing.nCurrent === 0 ? (
        <div className={css.quiet}>
          <p>No events in this window: there is nothing to compare.</p>
          {props.lastWindow ? (
            <Button onClick={() => void slice.set({ at: props.lastWindow ?? null })}>
              The newest window with events
            </Button>
          ) : null}
        </div>
      ) : (
        <Histogram
          drawing={drawing}
          height={height}
          label={`${name}: shares of the baseline and of the window by bin`}
          onPick={pick}
        />
      )}
      {verdict ? (
        <p className={css.verdictLine}>
          <VerdictBadge verdict={verdict.verdict} />
          <span>{verdictFacts(verdict).join(' · ')}</span>
          {verdict.psi_debiased !== null && !verdict.reason.includes('PSI') ? (
            <span>· PSI {psi(verdict.psi_debiased)}</span>
          ) : null}
        </p>
      ) : null}
    </ChartFrame>
  );
}
