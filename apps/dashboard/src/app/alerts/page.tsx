import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { createLoader, parseAsString, type SearchParams } from 'nuqs/server';
import { AlertList } from '../../components/alerts/alert-list';
import { alertListQuery } from '../../components/alerts/queries';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Alerts' };

const load = createLoader({ model: parseAsString.withDefault('') });

export default async function AlertsPage(props: { searchParams: Promise<SearchParams> }) {
  const { model } = await load(props.searchParams);
  const client = firstPaintClient();
  await client.prefetchQuery(alertListQuery(model || null, serverFetch));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AlertList />
    </HydrationBoundary>
  );
}
