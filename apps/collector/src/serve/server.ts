import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { ServeContext } from './context.js';
import { addDocs } from './docs.js';
import { addErrorHandling } from './errors.js';
import { addGuard } from './guard.js';
import { addHealth } from './health.js';
import { ApiProblem } from './problem.js';
import { addRoutes } from './routes/index.js';

/** Longest time in which a client must have sent its headers and body, ms. */
const REQUEST_TIMEOUT_MS = 120_000;

/**
 * The API as a fastify plugin, apart from the server that listens: tests mount it and use `inject()`.
 * Everything it needs comes in `context`; it reads no environment and opens no port.
 */
export function api(context: ServeContext): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(validatorCompiler);
    // Handlers return contract types, checked by the compiler: validating every answer again would only cost time.
    app.setSerializerCompiler(() => JSON.stringify);
    addErrorHandling(app);
    addGuard(app, context.http);
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(SECURITY_HEADERS);
    });
    // A connection that stays open would keep a stopping server waiting.
    app.addHook('onSend', async (_request, reply) => {
      if (context.notReady() !== null) reply.header('connection', 'close');
    });
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      context.metrics.request(route, request.method, reply.statusCode, reply.elapsedTime / 1_000);
    });
    addHealth(app, context);
    if (context.http.rateLimit > 0) await addRateLimit(app, context.http.rateLimit);
    await addDocs(app, context.version);
    await app.register(
      async (v1) => {
        addRoutes(v1, context);
      },
      { prefix: '/api/v1' },
    );
  };
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

async function addRateLimit(app: FastifyInstance, max: number): Promise<void> {
  await app.register(rateLimit, {
    max,
    timeWindow: 60_000,
    cache: 10_000,
    allowList: (request) => request.url === '/healthz' || request.url === '/readyz',
    errorResponseBuilder: (_request, { max: allowed, ttl }) =>
      new ApiProblem(
        'rate_limited',
        `More than ${allowed} requests came within a minute. Wait, and send many events in one request.`,
        undefined,
        { 'retry-after': String(Math.max(1, Math.ceil(ttl / 1_000))) },
      ),
  });
}

/** A fastify instance with the API mounted, not listening yet. */
export function createServer(context: ServeContext): FastifyInstance {
  const app = Fastify({
    loggerInstance: context.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: context.http.bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Names of 200 characters, percent-encoded.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2_400 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  }) as unknown as FastifyInstance;
  app.register(api(context));
  return app;
}
