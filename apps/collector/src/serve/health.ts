import type { FastifyInstance } from 'fastify';
import type { ServeContext } from './context.js';

/** Liveness, readiness and metrics. Health needs no token and says nothing but how the process is. */
export function addHealth(app: FastifyInstance, context: ServeContext): void {
  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('application/json');
    return { status: 'ok' };
  });

  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const reason = context.notReady() ?? (await storeReason(context)) ?? ingestReason(context);
    reply.code(reason === null ? 200 : 503).type('application/json');
    return reason === null ? { status: 'ready' } : { status: 'not_ready', reason };
  });

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const text = await context.metrics.registry.metrics();
    return reply.type(context.metrics.registry.contentType).serializer(String).send(text);
  });
}

async function storeReason(context: ServeContext): Promise<string | null> {
  const { ok, detail } = await context.store.check();
  return ok ? null : detail;
}

function ingestReason(context: ServeContext): string | null {
  const status = context.ingest?.status();
  return status && status.state !== 'taking' ? `ingest is ${status.state}: ${status.detail}` : null;
}
