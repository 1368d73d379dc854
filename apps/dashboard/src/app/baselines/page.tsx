import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { BaselineList } from '../../components/baselines/baseline-list';
import { baselinesQuery } from '../../lib/queries';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Baselines' };

export default async function BaselinesPage() {
  const client = firstPaintClient();
  await client.prefetchQuery(baselinesQuery(null, serverFetch));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <BaselineList />
    </HydrationBoundary>
  );
}
