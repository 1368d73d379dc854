import type { Metadata } from 'next';
import type { SearchParams } from 'nuqs/server';
import { FirstPaint } from '../../../../../components/first-paint';
import { DISTRIBUTION_BUCKETS, DRIFT_METRICS } from '../../../../../components/model/metrics';
import { SignalView } from '../../../../../components/signal/signal-view';
import { routeName } from '../../../../../lib/links';
import { distributionQuery, modelQuery, seriesQuery, signalsQuery } from '../../../../../lib/queries';
import { serverFetch } from '../../../../../lib/server/fetch';
import { firstPaintClient, sliceOf } from '../../../../../lib/server/first-paint';
import { signalName } from '../../../../../lib/signal-name';
import { sliceFilter } from '../../../../../lib/slice';

type Props = {
  params: Promise<{ model: string; signal: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { model, signal } = await props.params;
  return { title: `${signalName(routeName(signal))} · ${routeName(model)}` };
}

/** One signal of one model in depth. */
export default async function SignalPage(props: Props) {
  const params = await props.params;
  const model = routeName(params.model);
  const signal = routeName(params.signal);
  const { range, ...slice } = await sliceOf(props.searchParams);
  const filter = sliceFilter(slice);
  const client = firstPaintClient();
  const asked = [
    client.prefetchQuery(modelQuery(model, range, serverFetch)),
    client.prefetchQuery(signalsQuery(model, filter, serverFetch)),
  ];
  const charts = [
    client.prefetchQuery(
      distributionQuery(model, { ...range, ...filter, signal, buckets: DISTRIBUTION_BUCKETS }, serverFetch),
    ),
    client.prefetchQuery(
      seriesQuery(model, { ...range, ...filter, metrics: DRIFT_METRICS, signal }, serverFetch),
    ),
  ];
  return (
    <FirstPaint client={client} asked={asked} charts={charts}>
      <SignalView model={model} signal={signal} />
    </FirstPaint>
  );
}
