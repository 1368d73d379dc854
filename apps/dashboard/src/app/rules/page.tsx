import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { rulesQuery } from '../../components/rules/queries';
import { RuleList } from '../../components/rules/rule-list';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Rules' };

export default async function RulesPage() {
  const client = firstPaintClient();
  await client.prefetchQuery(rulesQuery(serverFetch));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <RuleList />
    </HydrationBoundary>
  );
}
