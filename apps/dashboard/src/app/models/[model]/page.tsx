import type { Metadata } from 'next';
import { createLoader, parseAsInteger, parseAsString, type SearchParams } from 'nuqs/server';
import { FirstPaint } from '../../../components/first-paint';
import { DRIFT_METRICS, HEAT_MAP_COLUMNS, OPERATION_METRICS } from '../../../components/model/metrics';
import { ModelView } from '../../../components/model/model-view';
import {
  chosenWindow,
  defaultSignal,
  firingAlerts,
  windowVerdicts,
} from '../../../components/model/signal-window';
import { routeName } from '../../../lib/links';
import {
  alertsQuery,
  heatMapQuery,
  histogramsQuery,
  modelQuery,
  seriesQuery,
  signalsQuery,
  verdictsQuery,
} from '../../../lib/queries';
import { serverFetch } from '../../../lib/server/fetch';
import { firstPaintClient, sliceOf } from '../../../lib/server/first-paint';
import { sliceFilter } from '../../../lib/slice';

type Props = { params: Promise<{ model: string }>; searchParams: Promise<SearchParams> };
const loadChosen = createLoader({ signal: parseAsString.withDefault(''), at: parseAsInteger });

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: routeName((await props.params).model) };
}

/** One model; everything that the first screen shows is asked for at once. */
export default async function ModelPage(props: Props) {
  const model = routeName((await props.params).model);
  const { range, ...slice } = await sliceOf(props.searchParams);
  const { signal, at } = await loadChosen(props.searchParams);
  const filter = sliceFilter(slice);
  const client = firstPaintClient();
  const detail = client.fetchQuery(modelQuery(model, range, serverFetch));
  const signals = client.fetchQuery(signalsQuery(model, filter, serverFetch));
  const alerts = client.fetchQuery(alertsQuery(serverFetch));
  /** Which signal and window the page opens on follows from the first three: asked for here, not by the browser later. */
  const chosen = Promise.all([detail, signals, alerts]).then(
    async ([{ worst_signal, window_ms }, known, all]) => {
      const firing = firingAlerts(all.alerts, model);
      const shown = signal || defaultSignal(firing, worst_signal?.signal, known.signals);
      const latest = known.signals.find((one) => one.signal === shown)?.latest ?? null;
      const window = chosenWindow(at, window_ms, latest, { from: 0, to: 0 });
      if (shown === null || window === null || (at === null && latest === null)) return;
      await Promise.all([
        client.prefetchQuery(
          seriesQuery(model, { ...range, ...filter, metrics: DRIFT_METRICS, signal: shown }, serverFetch),
        ),
        client.prefetchQuery(
          histogramsQuery(
            model,
            { signal: shown, from: String(window.from), to: String(window.to), ...filter },
            serverFetch,
          ),
        ),
      ]);
    },
  );
  /** What moved in a window that the address chooses; that of the newest window is in the signals. */
  const moved = detail.then(({ window_ms }) =>
    at === null
      ? undefined
      : client.prefetchQuery(
          verdictsQuery(model, { ...filter, ...windowVerdicts(at, window_ms) }, serverFetch),
        ),
  );
  const charts = [
    client.prefetchQuery(
      heatMapQuery(model, { ...range, ...filter, columns: HEAT_MAP_COLUMNS }, serverFetch),
    ),
    client.prefetchQuery(
      seriesQuery(model, { ...range, ...filter, metrics: OPERATION_METRICS }, serverFetch),
    ),
    chosen.catch(() => null),
    moved.catch(() => null),
  ];
  const asked = [detail, signals, alerts].map((one) => one.catch(() => null));
  return (
    <FirstPaint client={client} asked={asked} charts={charts}>
      <ModelView model={model} />
    </FirstPaint>
  );
}
