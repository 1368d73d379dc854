import { incidentListQuery } from '../../components/alerts/queries';
import { FirstPaint } from '../../components/first-paint';
import { IncidentList } from '../../components/incidents/incident-list';
import { serverFetch } from '../../lib/server/fetch';
import { firstPaintClient } from '../../lib/server/first-paint';

export const metadata = { title: 'Incidents' };

export default async function IncidentsPage() {
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(incidentListQuery(null, serverFetch))]}>
      <IncidentList />
    </FirstPaint>
  );
}
