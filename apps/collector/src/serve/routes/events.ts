import { EventPage } from '@leeway/contract';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import { eventsCsv } from '../events-csv.js';
import { parseFeatureFilter, parseTagFilter } from '../filters.js';
import type { EventQuery } from '../ports.js';
import { parseRange } from '../time.js';
import { answers, ModelParams, requireModel, SliceQuery, type Typed } from './shared.js';

/** A parameter that may be given once or several times. */
const several = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]))
  .pipe(z.array(z.string().max(2_000)).max(10))
  .default([]);

const EventsQuery = SliceQuery.extend({
  id: z.string().max(200).optional(),
  /** `tag=value`, repeatable. */
  tag: several,
  /** `name>1700`, `name=red`, `name!=red` or `name is missing`, repeatable. */
  feature: several,
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  cursor: z.string().max(500).optional(),
  format: z.enum(['json', 'csv']).default('json'),
});

export function addEventRoutes(app: Typed, context: ServeContext): void {
  app.get(
    '/models/:model/events',
    {
      schema: {
        tags: ['models'],
        summary: 'Raw events, newest first; `format=csv` downloads them',
        params: ModelParams,
        querystring: EventsQuery,
        response: answers(z.union([EventPage, z.string()]), 400, 404),
      },
    },
    async (request, reply) => {
      const { model } = request.params;
      requireModel(context, model);
      const { version, id, limit, cursor, format, segment } = request.query;
      const query: EventQuery = {
        model,
        ...parseRange(request.query, context.now()),
        tags: [...request.query.tag, ...(segment ? [segment] : [])].map(parseTagFilter),
        features: request.query.feature.map(parseFeatureFilter),
        limit,
        ...(version && { version }),
        ...(id && { id }),
        ...(cursor && { cursor }),
      };
      const page = await context.reads.events(query);
      if (format === 'json') return page;
      const name = `${model.replace(/[^\w.-]+/g, '_')}-events.csv`;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('x-next-cursor', page.next ?? '')
        .serializer(String)
        .send(eventsCsv(page.events));
    },
  );
}
