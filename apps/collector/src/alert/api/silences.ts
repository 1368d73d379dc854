import { NewSilence, Silence, SilenceList } from '@leeway/contract';
import { z } from 'zod';
import { describe } from '../notify/silences.js';
import { AlertProblem } from '../problem.js';
import { noteSilence, type SilenceEntry, takeSilence } from '../replay.js';
import type { RoomParts } from '../room.js';
import { type AlertRoute, route } from './route.js';

const SHOWN = 1_000;

/** Silences: listed, created, ended. */
export function silenceRoutes({ deps, silences, book, incidents }: RoomParts): AlertRoute[] {
  const write = async (entry: SilenceEntry, at: number) => {
    await deps.journal.append([{ at, kind: 'silence', model: '', body: entry }]);
    takeSilence(silences, entry);
    noteSilence(entry, book, incidents, at);
  };
  return [
    route({
      method: 'GET',
      path: '/silences',
      summary: 'Silences, active first',
      query: z.object({ state: z.enum(['pending', 'active', 'expired']).optional() }),
      response: SilenceList,
      handle({ query }) {
        const { silences: shown, total } = silences.list(deps.now(), SHOWN, query.state);
        return { silences: shown, total, truncated: total > SHOWN };
      },
    }),
    route({
      method: 'POST',
      path: '/silences',
      summary: 'Silence the alerts that match, for a time',
      body: NewSilence,
      status: 201,
      response: Silence,
      async handle({ body }) {
        const now = deps.now();
        const silence = silences.prepare(body, now);
        await write({ change: 'created', silence }, now);
        return describe(silence, now);
      },
    }),
    route({
      method: 'DELETE',
      path: '/silences/:id',
      summary: 'End a silence now',
      params: z.object({ id: z.string() }),
      query: z.object({ author: z.string().max(200).default('api') }),
      response: Silence,
      async handle({ params, query }) {
        const now = deps.now();
        const known = silences.get(params.id);
        if (!known) throw new AlertProblem('not_found', `there is no silence "${params.id}"`);
        if (known.endsAt <= now) throw new AlertProblem('conflict', 'this silence is over already');
        await write({ change: 'ended', id: params.id, at: now, author: query.author }, now);
        return describe(silences.get(params.id) ?? known, now);
      },
    }),
  ];
}
