import { FirstPaint } from '../../components/first-paint';
import { receiversQuery } from '../../components/receivers/queries';
import { ReceiversPage } from '../../components/receivers/receivers-page';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Receivers' };

export default async function Receivers() {
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(receiversQuery(serverFetch))]}>
      <ReceiversPage />
    </FirstPaint>
  );
}
