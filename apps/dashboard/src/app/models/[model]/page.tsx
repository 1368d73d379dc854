import type { Metadata } from 'next';
import { createLoader, parseAsString, type SearchParams } from 'nuqs/server';
import { FirstPaint } from '../../../components/first-paint';
import { DRIFT_METRICS, HEAT_MAP_COLUMNS, OPERATION_METRICS } from '../../../components/model/metrics';
import { ModelView } from '../../../components/model/model-view';
import { routeName } from '../../../lib/links';
import { alertsQuery, heatMapQuery, modelQuery, seriesQuery, signalsQuery } from '../../../lib/queries';
import { serverFetch } from '../../../lib/server/fetch';
import { firstPaintClient, sliceOf } from '../../../lib/server/first-paint';
import { sliceFilter } from '../../../lib/slice';

type Props = { params: Promise<{ model: string }>; searchParams: Promise<SearchParams> };
const loadSignal = createLoader({ signal: parseAsString.withDefault('') });

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: routeName((await props.params).model) };
}

/** One model; everything that the first screen shows is asked for at once. */
export default async function ModelPage(props: Props) {
  const model = routeName((await props.params).model);
  const { range, ...slice } = await sliceOf(props.searchParams);
  const { signal } = await loadSignal(props.searchParams);
  const filter = sliceFilter(slice);
  const client = firstPaintClient();
  const asked = [
    client.prefetchQuery(modelQuery(model, range, serverFetch)),
    client.prefetchQuery(signalsQuery(model, filter, serverFetch)),
    client.prefetchQuery(alertsQuery(serverFetch)),
  ];
  const charts = [
    client.prefetchQuery(
      heatMapQuery(model, { ...range, ...filter, columns: HEAT_MAP_COLUMNS }, serverFetch),
    ),
    client.prefetchQuery(
      seriesQuery(model, { ...range, ...filter, metrics: OPERATION_METRICS }, serverFetch),
    ),
    ...(signal
      ? [
          client.prefetchQuery(
            seriesQuery(model, { ...range, ...filter, metrics: DRIFT_METRICS, signal }, serverFetch),
          ),
        ]
      : []),
  ];
  return (
    <FirstPaint client={client} asked={asked} charts={charts}>
      <ModelView model={model} />
    </FirstPaint>
  );
}
