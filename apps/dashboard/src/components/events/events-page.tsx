'use client';

import type { StoredEvent } from '@leeway/contract';
import { RefreshCw } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { count } from '../../lib/format';
import { Button, buttonClass } from '../ui/button';
import { DataTable } from '../ui/data-table';
import { Page } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { eventColumns } from './columns';
import { EventFilters } from './event-filters';
import css from './events.module.css';
import { FilterChips } from './filter-chips';
import { signalOf } from './prepare';
import { CSV_ROWS, eventsPath, PAGE_ROWS } from './queries';
import { RangeLine } from './range-line';
import { type ChoosableModel, useEventSearch } from './use-event-search';

const EventDetail = dynamic(() => import('./event-detail').then((m) => m.EventDetail), { ssr: false });

const NONE: readonly ChoosableModel[] = [];

/** Raw events, newest first, with the chosen features beside the baseline's range. All of it is in the URL. */
export function EventsPage() {
  const [open, setOpen] = useState<StoredEvent | null>(null);
  const it = useEventSearch();
  const { state, setState, set, models, model, search, events, baseline, known, chosen } = it;
  const page = events.data?.events;
  const columns = useMemo(() => eventColumns(chosen, baseline), [chosen, baseline]);
  const tags = useMemo(() => tagPairs(page ?? []), [page]);

  return (
    <Page
      title="Events"
      lead={
        events.data ? (
          <p>
            {count(events.data.matched)} {events.data.matched === 1 ? 'event matches' : 'events match'} ·
            newest first
          </p>
        ) : null
      }
      actions={
        model !== '' ? (
          <>
            <Button
              disabled={events.isFetching}
              onClick={() => (state.cursor ? set({}) : void events.refetch())}
            >
              <RefreshCw size={14} aria-hidden="true" /> Newest
            </Button>
            <a
              className={buttonClass()}
              href={eventsPath(model, search, { limit: CSV_ROWS, format: 'csv' })}
              download
              title={`At most ${count(CSV_ROWS)} events in one file`}
            >
              CSV
            </a>
          </>
        ) : null
      }
    >
      <EventFilters
        model={model}
        models={models.data ?? NONE}
        features={known}
        chosen={chosen}
        tags={tags}
        state={state}
        onChange={set}
      />
      <FilterChips
        tags={[...state.tag, state.segment].filter(Boolean)}
        features={state.feature}
        onRemoveTag={(text) =>
          set({
            tag: state.tag.filter((one) => one !== text),
            segment: state.segment === text ? '' : state.segment,
          })
        }
        onRemoveFeature={(text) => set({ feature: state.feature.filter((one) => one !== text) })}
      />
      {model === '' ? (
        models.isPending ? (
          <Skeleton height={320} label="Loading the models" />
        ) : models.isError ? (
          <ErrorState error={models.error} retry={() => void models.refetch()} />
        ) : models.data.length === 0 ? (
          <EmptyState title="No event has arrived yet.">
            The <a href="/status">status page</a> has snippets that send the first one.
          </EmptyState>
        ) : (
          <EmptyState title="Choose a model to see its events." />
        )
      ) : events.isPending ? (
        <Skeleton height={420} label="Loading the events" />
      ) : !events.data || !page ? (
        <ErrorState error={events.error} retry={() => void events.refetch()} />
      ) : page.length === 0 ? (
        <EmptyState title="No event matches.">
          Widen the time range above, or remove a filter. Events older than the retention are gone.
        </EmptyState>
      ) : (
        <>
          {baseline && chosen[0] !== undefined ? (
            <RangeLine feature={chosen[0]} events={page} signal={signalOf(baseline.signals, chosen[0])} />
          ) : null}
          <DataTable
            label="Events"
            columns={columns}
            rows={page}
            rowKey={(event) => `${event.id} ${event.ts} ${event.version}`}
            rowHeight={34}
            maxHeight="calc(100dvh - 300px)"
            onOpen={setOpen}
          />
          <div className={css.bar}>
            <p className={css.dim}>
              {count(page.length)} shown of {count(events.data.matched)}
            </p>
            <span className={css.paging}>
              {state.cursor ? <Button onClick={() => window.history.back()}>Back</Button> : null}
              <Button
                disabled={events.data.next === null || events.isFetching}
                onClick={() => void setState({ cursor: events.data.next ?? '' })}
              >
                Next {PAGE_ROWS}
              </Button>
            </span>
          </div>
        </>
      )}
      {open ? <EventDetail event={open} baseline={baseline} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

function tagPairs(events: readonly StoredEvent[]): string[] {
  const pairs = new Set<string>();
  for (const { tags } of events)
    for (const [tag, value] of Object.entries(tags)) pairs.add(`${tag}=${value}`);
  return [...pairs].sort();
}
