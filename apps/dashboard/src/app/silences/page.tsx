import { redirect } from 'next/navigation';
import type { SearchParams } from 'nuqs/server';
import { FirstPaint } from '../../components/first-paint';
import { silencesQuery } from '../../components/silences/queries';
import { SilenceList } from '../../components/silences/silence-list';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Silences' };

export default async function SilencesPage(props: { searchParams: Promise<SearchParams> }) {
  const { matchers } = await props.searchParams;
  // Links in messages point here with the alert's matchers: they want the form.
  if (typeof matchers === 'string') redirect(`/silences/new?${new URLSearchParams({ matchers })}`);
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(silencesQuery(serverFetch))]}>
      <SilenceList />
    </FirstPaint>
  );
}
