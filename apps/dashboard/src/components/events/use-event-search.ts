'use client';

import { type ModelList, type ModelSummary, signalFeature } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { baselinesQuery, modelsQuery } from '../../lib/queries';
import { DEFAULT_RANGE } from '../../lib/range';
import { useRange } from '../../lib/use-range';
import { MOST_COLUMNS } from './choose-columns';
import { parseFeature, tagText } from './filter';
import { featureNames } from './prepare';
import { baselineDetailQuery, type EventSearch, eventsQuery } from './queries';
import { eventParsers } from './search';

/** Features shown when nobody chose any. */
const OWN_COLUMNS = 3;

/** What the URL asks for, what answers it (events, and the baseline beside them), and the columns that follow. */
export function useEventSearch() {
  const { range } = useRange();
  const [state, setState] = useQueryStates(eventParsers, { history: 'push' });
  const models = useQuery({ ...modelsQuery(DEFAULT_RANGE), select: choosable });
  const only = models.data?.length === 1 ? models.data[0]?.model : undefined;
  const model = state.model || (only ?? '');
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
  const set = (change: Partial<typeof state>) => void setState({ ...change, cursor: '' });
  return { state, setState, set, models, model, search, events, baseline, known, chosen };
}

/** What the page's choices need of the models: the rest of the list may change without drawing them anew. */
function choosable({ models }: ModelList): ChoosableModel[] {
  return models.map(({ model, versions }) => ({ model, versions }));
}
export type ChoosableModel = Pick<ModelSummary, 'model' | 'versions'>;

/** The page's state as the URL holds it. */
export type EventState = ReturnType<typeof useEventSearch>['state'];
