import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { statusQuery } from '../../components/status/queries';
import { StatusPage } from '../../components/status/status-page';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';
import { upstream } from '../../lib/server/upstream';

export const metadata = { title: 'Status' };

export default async function Status() {
  const client = firstPaintClient();
  await client.prefetchQuery(statusQuery(serverFetch));
  const { base, token } = upstream();
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <StatusPage place={{ base, withToken: token !== null }} />
    </HydrationBoundary>
  );
}
