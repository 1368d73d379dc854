import type { SearchParams } from 'nuqs/server';
import { FirstPaint, settled } from '../components/first-paint';
import { modelsQuery } from '../lib/queries';
import { serverFetch } from '../lib/server/fetch';
import { firstPaintClient, sliceOf } from '../lib/server/first-paint';
import { Fleet } from './_fleet/fleet';
import { type FleetTotals, fleetTotals, worstFirst } from './_fleet/prepare';

/** Rows that the first paint carries; with more models the browser fetches the whole list right after. */
const FIRST_ROWS = 60;

/** Every model at a glance, the worst on top. */
export default async function FleetPage(props: { searchParams: Promise<SearchParams> }) {
  const { range } = await sliceOf(props.searchParams);
  const client = firstPaintClient();
  const query = modelsQuery(range, serverFetch);
  const asked = client.prefetchQuery(query);
  await settled([asked]);
  const list = client.getQueryData(query.queryKey);
  let totals: FleetTotals | null = null;
  if (list && list.models.length > FIRST_ROWS) {
    totals = fleetTotals(list.models);
    // As if from long ago: the browser shows these rows and asks for all of them at once.
    client.setQueryData(
      query.queryKey,
      { ...list, models: worstFirst(list.models).slice(0, FIRST_ROWS) },
      { updatedAt: 1 },
    );
  }
  return (
    <FirstPaint client={client} asked={[]}>
      <Fleet firstTotals={totals} />
    </FirstPaint>
  );
}
