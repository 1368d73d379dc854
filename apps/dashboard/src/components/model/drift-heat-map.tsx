'use client';

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { HEAT_MAP_LEGEND, HeatMap } from '../../charts/heat-map';
import { filterRows, heatMapSummary, heatMapTable } from '../../charts/prepare/heat-map';
import { links, withQuery } from '../../lib/links';
import { heatMapQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { sliceFilter } from '../../lib/slice';
import { useRange } from '../../lib/use-range';
import { useSlice } from '../../lib/use-slice';
import { ChartFrame } from '../ui/chart-frame';
import { Input } from '../ui/field';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { VerdictBadge } from '../ui/verdict';
import { useZone } from '../zone';
import { CellReason } from './cell-reason';
import { HEAT_MAP_COLUMNS } from './metrics';
import css from './model.module.css';

/** A model's verdicts, feature by time. A click on a cell moves the page's window there. */
export function DriftHeatMap(props: { model: string; selected: string | null }) {
  const { range, bounds, refetchInterval } = useRange();
  const { zone } = useZone();
  const slice = useSlice();
  const [text, setText] = useState('');
  const needle = useDeferredValue(text);
  const query = useQuery({
    ...heatMapQuery(props.model, { ...range, ...sliceFilter(slice), columns: HEAT_MAP_COLUMNS }),
    refetchInterval,
    placeholderData: (before) => before,
  });
  const map = useMemo(() => (query.data ? filterRows(query.data, needle) : null), [query.data, needle]);
  // The picture must not slide under its own axis while newer data is on its way.
  const span = useMemo(() => {
    const first = query.data?.columns[0];
    if (!query.data || first === undefined) return bounds;
    const from = Date.parse(first);
    return { from, to: from + query.data.columns.length * query.data.column_ms };
  }, [query.data, bounds]);

  if (query.isError && !query.data)
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!map || !query.data) return <Skeleton height={300} label="Loading the heat map" />;
  if (query.data.rows.length === 0)
    return (
      <EmptyState
        title="No window has been judged in this range."
        command={`leeway baseline create --model ${quoted(props.model)} --file train.parquet`}
      >
        Verdicts need a baseline and events after it. Upload training data, or choose a longer range.
      </EmptyState>
    );
  return (
    <ChartFrame
      title="Drift by signal and time"
      level={2}
      note={`${query.data.rows.length} signals`}
      legend={
        <span className={css.heatLegend}>
          {HEAT_MAP_LEGEND.map((kind) => (
            <VerdictBadge key={kind} verdict={kind} />
          ))}
          {query.data.rows.length > 12 ? (
            <Input
              type="search"
              data-search
              aria-label="Search signals"
              placeholder="Search signals  ( / )"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          ) : null}
        </span>
      }
      summary={heatMapSummary(query.data)}
      table={() => heatMapTable(query.data)}
      height={Math.min(440, map.rows.length * 20) + 40}
    >
      <HeatMap
        map={map}
        bounds={span}
        zone={zone}
        selected={props.selected === null ? null : { signal: props.selected, at: slice.at }}
        name={signalName}
        href={(signal) => withQuery(links.signal(props.model, signal), { ...range, ...sliceFilter(slice) })}
        onOpen={(signal, at) => void slice.set({ signal, at })}
        reason={(signal, end) => <CellReason model={props.model} signal={signal} end={end} />}
      />
    </ChartFrame>
  );
}

/** A name as one word of a shell command. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
