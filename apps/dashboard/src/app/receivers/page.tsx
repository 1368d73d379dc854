import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { receiversQuery } from '../../components/receivers/queries';
import { ReceiversPage } from '../../components/receivers/receivers-page';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Receivers' };

export default async function Receivers() {
  const client = firstPaintClient();
  await client.prefetchQuery(receiversQuery(serverFetch));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ReceiversPage />
    </HydrationBoundary>
  );
}
