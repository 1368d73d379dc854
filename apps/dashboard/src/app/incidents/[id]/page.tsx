import { alertListQuery, incidentDetailQuery } from '../../../components/alerts/queries';
import { FirstPaint } from '../../../components/first-paint';
import { IncidentPage } from '../../../components/incidents/incident-page';
import { routeName } from '../../../lib/links';
import { serverFetch } from '../../../lib/server/fetch';
import { firstPaintClient } from '../../../lib/server/first-paint';

export const metadata = { title: 'Incident' };

/** The page that alert messages link to: its first paint already names what moved. */
export default async function Incident(props: { params: Promise<{ id: string }> }) {
  const id = routeName((await props.params).id);
  const client = firstPaintClient();
  const asked = client
    .fetchQuery(incidentDetailQuery(id, serverFetch))
    .then(({ model }) => client.prefetchQuery(alertListQuery(model, serverFetch)))
    .catch(() => null);
  return (
    <FirstPaint client={client} asked={[asked]}>
      <IncidentPage id={id} />
    </FirstPaint>
  );
}
