import type { DescribedRoute } from '../ports.js';
import { failures, type Typed } from './shared.js';

/** Mounts routes that another room only describes: it knows its answers, serve knows HTTP. */
export function addDescribedRoutes(app: Typed, routes: readonly DescribedRoute[], tag: string): void {
  for (const { method, path, summary, schema, handler } of routes)
    app.route({
      method,
      url: path,
      schema: {
        tags: [tag],
        summary,
        ...schema,
        response: { ...schema.response, ...failures(400, 404, 409) },
      },
      handler: async (request, reply) => {
        const { status, body } = await handler({
          params: request.params,
          query: request.query,
          body: request.body,
        });
        reply.code(status);
        return body ?? null;
      },
    });
}
