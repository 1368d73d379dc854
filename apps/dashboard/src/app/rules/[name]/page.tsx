import { FirstPaint } from '../../../components/first-paint';
import { ruleQuery } from '../../../components/rules/queries';
import { RuleEditorPage } from '../../../components/rules/rule-page';
import { routeName } from '../../../lib/links';
import { serverFetch } from '../../../lib/server/fetch';
import { firstPaintClient } from '../../../lib/server/first-paint';

export const metadata = { title: 'Rule' };

export default async function RulePage(props: { params: Promise<{ name: string }> }) {
  const name = routeName((await props.params).name);
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(ruleQuery(name, serverFetch))]}>
      <RuleEditorPage name={name} copyOf={null} />
    </FirstPaint>
  );
}
