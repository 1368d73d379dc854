import { FirstPaint } from '../../components/first-paint';
import { rulesQuery } from '../../components/rules/queries';
import { RuleList } from '../../components/rules/rule-list';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Rules' };

export default async function RulesPage() {
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(rulesQuery(serverFetch))]}>
      <RuleList />
    </FirstPaint>
  );
}
