import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';

/**
 * The API's description (OpenAPI 3.1, made from the same schemas that validate requests) and a page to browse it.
 * The page's scripts and styles are served from here; nothing is asked of other sites.
 */
export async function addDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Leeway',
        version,
        description:
          'Watches deployed models. Errors are RFC 9457 problem details with a stable `code`. Times are RFC 3339, ' +
          'epoch milliseconds, or relative such as `now-7d`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'this collector' }],
      tags: TAGS,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { token: [] }],
    },
    // A registry of its own keeps schemas inline: names of the global one would leak in from other packages.
    transform: createJsonSchemaTransform({ schemaRegistry: z.registry() }),
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/v1/docs',
    staticCSP: true,
    transformStaticCSP: () => CSP,
    uiConfig: { docExpansion: 'list', deepLinking: true, validatorUrl: null },
  });
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('application/json');
    return app.swagger();
  });
}

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TAGS = [
  { name: 'ingest', description: 'Sending events and labels' },
  { name: 'models', description: 'What is watched and how it does' },
  { name: 'drift', description: 'Verdicts, histograms and comparisons' },
  { name: 'baselines', description: 'Training references' },
  { name: 'alerts', description: 'Alerts, incidents, rules and silences' },
  { name: 'system', description: "The collector's own state" },
];
