import type { SearchParams } from 'nuqs/server';
import { NewSilencePage } from '../../../components/silences/new-silence';

export const metadata = { title: 'New silence' };

/** Labels that may also be given one by one, as in `/silences/new?model=flight-delay&signal=distance`. */
const LABELS = ['model', 'version', 'segment', 'signal', 'rule', 'severity'];

export default async function Silence(props: { searchParams: Promise<SearchParams> }) {
  const query = await props.searchParams;
  const one = (name: string) => {
    const value = query[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  };
  const several = [query.matchers, query.matcher].flat().filter((text) => text !== undefined);
  return (
    <NewSilencePage
      matchers={several.join(',').slice(0, 20_000)}
      comment={one('comment').slice(0, 2_000)}
      labels={LABELS.filter((label) => one(label) !== '').map((label) => ({
        label,
        op: '=',
        value: one(label).slice(0, 1_000),
      }))}
    />
  );
}
