import { BaselineList } from '../../components/baselines/baseline-list';
import { FirstPaint } from '../../components/first-paint';
import { baselinesQuery } from '../../lib/queries';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Baselines' };

export default async function BaselinesPage() {
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(baselinesQuery(null, serverFetch))]}>
      <BaselineList />
    </FirstPaint>
  );
}
