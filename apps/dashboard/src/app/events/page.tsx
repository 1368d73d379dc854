import { createLoader, type SearchParams } from 'nuqs/server';
import { EventsPage } from '../../components/events/events-page';
import { parseFeature, tagText } from '../../components/events/filter';
import { eventsQuery } from '../../components/events/queries';
import { eventParsers } from '../../components/events/search';
import { FirstPaint } from '../../components/first-paint';
import { baselinesQuery } from '../../lib/queries';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient, sliceOf } from '../../lib/server/first-paint';

export const metadata = { title: 'Events' };

const load = createLoader(eventParsers);

export default async function Events(props: { searchParams: Promise<SearchParams> }) {
  const query = await load(props.searchParams);
  const { range } = await sliceOf(props.searchParams);
  const client = firstPaintClient();
  const asked: Promise<unknown>[] = [];
  if (query.model !== '') {
    const search = {
      ...range,
      version: query.version,
      id: query.id,
      tag: [...query.tag, query.segment].filter((text) => tagText(text) !== null),
      feature: query.feature.filter((text) => parseFeature(text) !== null),
    };
    asked.push(
      client.prefetchQuery(eventsQuery(query.model, search, query.cursor, serverFetch)),
      client.prefetchQuery(baselinesQuery(query.model, serverFetch)),
    );
  }
  return (
    <FirstPaint client={client} asked={asked}>
      <EventsPage />
    </FirstPaint>
  );
}
