import { createLoader, parseAsString, type SearchParams } from 'nuqs/server';
import { AlertList } from '../../components/alerts/alert-list';
import { alertListQuery } from '../../components/alerts/queries';
import { FirstPaint } from '../../components/first-paint';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Alerts' };

const load = createLoader({ model: parseAsString.withDefault('') });

export default async function AlertsPage(props: { searchParams: Promise<SearchParams> }) {
  const { model } = await load(props.searchParams);
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(alertListQuery(model || null, serverFetch))]}>
      <AlertList />
    </FirstPaint>
  );
}
