import { FirstPaint } from '../../components/first-paint';
import { statusQuery } from '../../components/status/queries';
import { StatusPage } from '../../components/status/status-page';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';
import { upstream } from '../../lib/server/upstream';

export const metadata = { title: 'Status' };

export default async function Status() {
  const client = firstPaintClient();
  const { base, token } = upstream();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(statusQuery(serverFetch))]}>
      <StatusPage place={{ base, withToken: token !== null }} />
    </FirstPaint>
  );
}
