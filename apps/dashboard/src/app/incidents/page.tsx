import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { incidentListQuery } from '../../components/alerts/queries';
import { IncidentList } from '../../components/incidents/incident-list';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Incidents' };

export default async function IncidentsPage() {
  const client = firstPaintClient();
  await client.prefetchQuery(incidentListQuery(null, serverFetch));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <IncidentList />
    </HydrationBoundary>
  );
}
