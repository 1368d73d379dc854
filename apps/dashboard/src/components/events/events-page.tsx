'use client';

import { type StoredEvent, signalFeature } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { RefreshCw, X } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { count, percent } from '../../lib/format';
import { baselinesQuery, modelsQuery } from '../../lib/queries';
import { DEFAULT_RANGE } from '../../lib/range';
import { useRange } from '../../lib/use-range';
import { Button, buttonClass } from '../ui/button';
import { DataTable } from '../ui/data-table';
import { Field, Input, Select } from '../ui/field';
import { Page } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { AddFilter } from './add-filter';
import { ChooseColumns, MOST_COLUMNS } from './choose-columns';
import { eventColumns } from './columns';
import css from './events.module.css';
import { parseFeature, tagText } from './filter';
import { featureNames, fitCounts, rangeText, signalOf } from './prepare';
import {
  baselineDetailQuery,
  CSV_ROWS,
  type EventSearch,
  eventsPath,
  eventsQuery,
  PAGE_ROWS,
} from './queries';
import { eventParsers } from './search';

const EventDetail = dynamic(() => import('./event-detail').then((m) => m.EventDetail), { ssr: false });

/** Features shown when nobody chose any. */
const OWN_COLUMNS = 3;

/** Raw events, newest first, with the chosen features beside the baseline's range. All of it is in the URL. */
export function EventsPage() {
  const { range } = useRange();
  const [state, setState] = useQueryStates(eventParsers, { history: 'push' });
  const [open, setOpen] = useState<StoredEvent | null>(null);
  const models = useQuery(modelsQuery(DEFAULT_RANGE));
  const names = models.data?.models.map(({ model }) => model) ?? [];
  const model = state.model || (names.length === 1 ? (names[0] ?? '') : '');
  const search = useMemo<EventSearch>(
    () => ({
      ...range,
      version: state.version,
      id: state.id,
      tag: [...state.tag, state.segment].filter((text) => tagText(text) !== null),
      feature: state.feature.filter((text) => parseFeature(text) !== null),
    }),
    [range, state.version, state.id, state.tag, state.segment, state.feature],
  );
  const events = useQuery({ ...eventsQuery(model, search, state.cursor), enabled: model !== '' });
  const baselines = useQuery({ ...baselinesQuery(model), enabled: model !== '' });
  const active = baselines.data?.baselines.find((one) => one.active)?.id ?? null;
  const detail = useQuery({ ...baselineDetailQuery(active ?? ''), enabled: active !== null });
  const baseline = detail.data ?? null;
  const page = events.data?.events;
  const known = useMemo(() => featureNames(page ?? []), [page]);
  const chosen = useMemo(() => {
    const asked = [
      ...state.column.map((name) => signalFeature(name) ?? ''),
      signalFeature(state.signal) ?? '',
      ...state.feature.map((text) => parseFeature(text)?.name ?? ''),
    ].filter(Boolean);
    const unique = [...new Set(asked)].slice(0, MOST_COLUMNS);
    return unique.length > 0 ? unique : known.slice(0, OWN_COLUMNS);
  }, [state.column, state.signal, state.feature, known]);
  const columns = useMemo(() => eventColumns(chosen, baseline), [chosen, baseline]);
  const tags = useMemo(() => tagPairs(page ?? []), [page]);
  const set = (change: Partial<typeof state>) => void setState({ ...change, cursor: '' });

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
      <search className={css.filters}>
        <div className={css.wide}>
          <Field label="Model">
            {(ids) => (
              <Select
                {...ids}
                value={model}
                onChange={(event) => set({ model: event.target.value, column: [], signal: '' })}
              >
                {model === '' ? <option value="">choose a model</option> : null}
                {[...new Set([...names, model])].filter(Boolean).map((name) => (
                  <option key={name} value={name}>
                    {name.slice(0, 80)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <div className={css.field}>
          <Field label="Version">
            {(ids) => (
              <TypedInput
                ids={ids}
                value={state.version}
                list="event-versions"
                onCommit={(version) => set({ version })}
              />
            )}
          </Field>
          <datalist id="event-versions">
            {models.data?.models
              .find((one) => one.model === model)
              ?.versions.slice(0, 100)
              .map((version) => (
                <option key={version} value={version} />
              ))}
          </datalist>
        </div>
        <div className={css.field}>
          <Field label="Event id">
            {(ids) => <TypedInput ids={ids} value={state.id} search onCommit={(id) => set({ id })} />}
          </Field>
        </div>
        <AddFilter
          features={known}
          tags={tags}
          onFeature={(text) => set({ feature: [...state.feature, text] })}
          onTag={(text) => set({ tag: [...state.tag, text] })}
        />
        <ChooseColumns features={known} chosen={chosen} onChange={(column) => set({ column, signal: '' })} />
      </search>
      <Filters
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
        ) : names.length === 0 ? (
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

/** The chosen feature's range in the baseline, and how many of the shown events keep to it. */
function RangeLine(props: {
  feature: string;
  events: readonly StoredEvent[];
  signal: ReturnType<typeof signalOf>;
}) {
  const { feature, events, signal } = props;
  if (!signal)
    return (
      <p className={css.range}>
        <b>{feature}</b> is not part of the active baseline.
      </p>
    );
  const counts = fitCounts(events, feature, signal);
  const odd = (['above', 'below', 'unseen', 'missing', 'tail'] as const)
    .map((fit) => ({ fit, n: counts.get(fit) ?? 0 }))
    .filter(({ n }) => n > 0);
  return (
    <p className={css.range}>
      <span>
        <b>{feature}</b> in the baseline: {rangeText(signal)}
      </span>
      <span className={css.dim}>
        {odd.length === 0
          ? `all ${count(events.length)} shown events are like it`
          : `of ${count(events.length)} shown: ${odd.map(({ fit, n }) => `${count(n)} ${fit === 'tail' ? 'more outside of the middle 90 %' : fit} (${percent(n / events.length)})`).join(', ')}`}
      </span>
    </p>
  );
}

function Filters(props: {
  tags: readonly string[];
  features: readonly string[];
  onRemoveTag: (text: string) => void;
  onRemoveFeature: (text: string) => void;
}) {
  if (props.tags.length + props.features.length === 0) return null;
  return (
    <ul className={css.chips} aria-label="Filters">
      {props.features.map((text) => (
        <Chip
          key={`f ${text}`}
          text={text}
          broken={parseFeature(text) === null}
          onRemove={() => props.onRemoveFeature(text)}
        />
      ))}
      {props.tags.map((text) => (
        <Chip
          key={`t ${text}`}
          text={text}
          broken={tagText(text) === null}
          onRemove={() => props.onRemoveTag(text)}
        />
      ))}
    </ul>
  );
}

function Chip(props: { text: string; broken: boolean; onRemove: () => void }) {
  return (
    <li className={css.chip} title={props.broken ? 'This is no filter and is left out.' : props.text}>
      <span className={props.broken ? css.error : undefined}>
        {props.text}
        {props.broken ? ' (ignored)' : ''}
      </span>
      <Button look="quiet" icon aria-label={`Remove the filter ${props.text}`} onClick={props.onRemove}>
        <X size={13} aria-hidden="true" />
      </Button>
    </li>
  );
}

/** A field that acts on Enter or when it is left, so that each key does not ask the API. */
function TypedInput(props: {
  ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean };
  value: string;
  list?: string;
  search?: boolean;
  onCommit: (value: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft.trim() !== props.value) props.onCommit(draft.trim());
    setDraft(null);
  };
  return (
    <Input
      {...props.ids}
      {...(props.list ? { list: props.list } : {})}
      {...(props.search ? { 'data-search': '' } : {})}
      spellCheck={false}
      value={draft ?? props.value}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}

function tagPairs(events: readonly StoredEvent[]): string[] {
  const pairs = new Set<string>();
  for (const { tags } of events)
    for (const [tag, value] of Object.entries(tags)) pairs.add(`${tag}=${value}`);
  return [...pairs].sort();
}
