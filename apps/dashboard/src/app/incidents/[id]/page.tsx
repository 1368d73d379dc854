import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { alertListQuery, incidentDetailQuery } from '../../../components/alerts/queries';
import { IncidentPage } from '../../../components/incidents/incident-page';
import { routeName } from '../../../lib/links';
import { serverFetch } from '../../../lib/server/fetch';
import { firstPaintClient } from '../../../lib/server/first-paint';

export const metadata = { title: 'Incident' };

/** The page that alert messages link to: its first paint already names what moved. */
export default async function Incident(props: { params: Promise<{ id: string }> }) {
  const id = routeName((await props.params).id);
  const client = firstPaintClient();
  const incident = await client.fetchQuery(incidentDetailQuery(id, serverFetch)).catch(() => null);
  if (incident) await client.prefetchQuery(alertListQuery(incident.model, serverFetch));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <IncidentPage id={id} />
    </HydrationBoundary>
  );
}
