import { Acknowledgement, Alert, AlertList, AlertState, Incident, IncidentList } from '@leeway/contract';
import { z } from 'zod';
import { AlertProblem } from '../problem.js';
import { noteAck } from '../replay.js';
import type { RoomParts } from '../room.js';
import type { Instance } from '../state/instance.js';
import { describeAlert, describeIncident } from '../view.js';
import { type AlertRoute, route } from './route.js';

const SHOWN = 1_000;
const PHASES = ['firing', 'pending', 'resolved', 'inactive'];
const SEVERITIES = ['critical', 'warning', 'info'];

/** Alerts and incidents. */
export function alertAndIncidentRoutes({ deps, book, incidents, notifier }: RoomParts): AlertRoute[] {
  const shown = (instance: Instance) =>
    describeAlert(instance, notifier.mutes(instance, [], deps.now()), (f) => book.get(f));
  /** Whether anything was there to acknowledge. */
  const acknowledge = async (
    asked: string[],
    { author: by, comment }: Acknowledgement,
    meant: (instance: Instance) => boolean,
  ): Promise<boolean> => {
    const ack = { by, at: deps.now(), comment };
    const fingerprints = await book.acknowledge(asked, ack, meant);
    if (fingerprints.length > 0) noteAck({ fingerprints, ...ack }, book, incidents);
    return fingerprints.length > 0;
  };
  const incidentOr404 = (id: string) => {
    const record = incidents.get(id);
    if (!record || record.members.size === 0)
      throw new AlertProblem('not_found', `there is no incident "${id}"`);
    return record;
  };

  return [
    route({
      method: 'GET',
      path: '/alerts',
      summary: 'Alerts that are pending, firing or were resolved within a day',
      query: z.object({ state: AlertState.optional(), model: z.string().optional() }),
      response: AlertList,
      handle({ query }) {
        const own = query.model === undefined ? [...book.all()] : book.ofModel(query.model);
        const found = own.filter((i) => query.state === undefined || i.state.phase === query.state);
        found.sort(
          (a, b) =>
            PHASES.indexOf(a.state.phase) - PHASES.indexOf(b.state.phase) ||
            SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
            (b.state.since ?? 0) - (a.state.since ?? 0),
        );
        return {
          alerts: found.slice(0, SHOWN).map(shown),
          firing: own.filter((i) => i.state.phase === 'firing').length,
          pending: own.filter((i) => i.state.phase === 'pending').length,
          truncated: found.length > SHOWN,
        };
      },
    }),
    route({
      method: 'POST',
      path: '/alerts/:fingerprint/ack',
      summary: 'Acknowledge an alert: no more repeats, until something new fires',
      params: z.object({ fingerprint: z.string() }),
      body: Acknowledgement,
      response: Alert,
      async handle({ params, body }) {
        const known = book.get(params.fingerprint);
        if (!known) throw new AlertProblem('not_found', `there is no alert "${params.fingerprint}"`);
        // The episode that is there now: another one that begins meanwhile has been seen by nobody.
        const { pendingAt } = known.state;
        if (!(await acknowledge([params.fingerprint], body, ({ state }) => state.pendingAt === pendingAt)))
          throw new AlertProblem('conflict', 'this alert is neither pending nor firing any more');
        deps.changed?.(known.slice.model);
        return shown(book.get(params.fingerprint)!);
      },
    }),
    route({
      method: 'GET',
      path: '/incidents',
      summary: 'Incidents, newest first',
      query: z.object({
        state: z.enum(['firing', 'resolved']).optional(),
        model: z.string().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      response: IncidentList,
      handle({ query }) {
        const found = incidents
          .list()
          .filter((r) => query.model === undefined || r.model === query.model)
          .filter((r) => query.state === undefined || (r.firing > 0 ? 'firing' : 'resolved') === query.state);
        return {
          incidents: found
            .slice(0, query.limit)
            .map((record) => describeIncident(record, (f) => book.get(f))),
          truncated: found.length > query.limit,
        };
      },
    }),
    route({
      method: 'GET',
      path: '/incidents/:id',
      summary: 'One incident with its timeline and ranked signals',
      params: z.object({ id: z.string() }),
      response: Incident,
      handle: ({ params }) => describeIncident(incidentOr404(params.id), (f) => book.get(f)),
    }),
    route({
      method: 'POST',
      path: '/incidents/:id/ack',
      summary: 'Acknowledge everything that fires in an incident',
      params: z.object({ id: z.string() }),
      body: Acknowledgement,
      response: Incident,
      async handle({ params, body }) {
        const record = incidentOr404(params.id);
        // An alert may fire again since, in another incident.
        if (!(await acknowledge([...record.members.keys()], body, ({ incident }) => incident === record.id)))
          throw new AlertProblem('conflict', 'nothing fires in this incident any more');
        deps.changed?.(record.model);
        return describeIncident(record, (f) => book.get(f));
      },
    }),
  ];
}
