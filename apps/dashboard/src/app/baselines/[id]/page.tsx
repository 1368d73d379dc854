import { BaselinePage } from '../../../components/baselines/baseline-page';
import { routeName } from '../../../lib/links';

export const metadata = { title: 'Baseline' };

/** Not filled in on the server: a baseline of a thousand signals is megabytes that would be sent twice. */
export default async function OneBaseline(props: { params: Promise<{ id: string }> }) {
  return <BaselinePage id={routeName((await props.params).id)} />;
}
