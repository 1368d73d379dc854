import { IngestAnswer } from '@leeway/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import { addGunzip } from '../decompress.js';
import type { IngestRoom } from '../ports.js';
import { ApiProblem } from '../problem.js';
import { failures, type Typed } from './shared.js';

/**
 * Sending events and labels. Bodies stay bytes until the ingest room decodes them: one object, a JSON array, NDJSON
 * or one of the other formats, by content type. Lives in a scope of its own so that other routes keep their parsers.
 */
export function addIngestRoutes(app: Typed, context: ServeContext): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    addGunzip(scope);
    for (const [path, take, what] of [
      ['/events', 'events', 'prediction events'],
      ['/labels', 'labels', 'labels (delayed outcomes)'],
    ] as const)
      scope.post(
        path,
        {
          schema: {
            tags: ['ingest'],
            summary: `Send ${what}: one object, a JSON array, or NDJSON; gzip is taken`,
            description:
              'Answers when the accepted events are stored; rejected ones are listed with their index, JSON path, code ' +
              'and message. With an `Idempotency-Key` header a retry stores nothing twice.',
            response: { 200: IngestAnswer, 422: IngestAnswer, ...failures(400, 409, 413, 415, 429, 503) },
          },
        },
        async (request, reply) => {
          const answer = await room(context)[take](bodyOf(request), contentType(request), headersOf(request));
          const nothingTaken = answer.accepted === 0 && answer.rejected_count > 0;
          reply.code(nothingTaken ? 422 : 200);
          return answer;
        },
      );
    scope.post(
      '/traces',
      {
        schema: {
          tags: ['ingest'],
          summary: 'Send OpenTelemetry spans (OTLP/HTTP JSON): calls of language models become events',
          description: 'For exporters that append `/v1/traces` to their endpoint: set it to `http://…/api`.',
          response: { 200: ExportAnswer, ...failures(400, 413, 415, 429, 503) },
        },
      },
      async (request) => {
        const type = contentType(request);
        if (!/json/i.test(type))
          throw new ApiProblem(
            'unsupported_media_type',
            `Spans come as JSON here, not as "${type}": set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json.`,
          );
        const answer = await room(context).events(bodyOf(request), 'application/json', headersOf(request));
        if (answer.rejected_count === 0) return {};
        const message = answer.rejected[0]?.message ?? 'some spans could not be taken';
        return { partialSuccess: { rejectedSpans: String(answer.rejected_count), errorMessage: message } };
      },
    );
  });
}

/** OTLP's answer to an export; 64-bit integers are text in its JSON. */
const ExportAnswer = z.object({
  partialSuccess: z.object({ rejectedSpans: z.string(), errorMessage: z.string() }).optional(),
});

function room(context: ServeContext): IngestRoom {
  if (context.ingest) return context.ingest;
  throw new ApiProblem(
    'role_not_served',
    'This collector does not take events (LEEWAY_ROLE); send them to one with role ingest or all.',
  );
}

function bodyOf(request: FastifyRequest): Buffer {
  if (Buffer.isBuffer(request.body) && request.body.length > 0) return request.body;
  throw new ApiProblem('bad_request', 'The body is empty. Send one JSON object, a JSON array, or NDJSON.');
}

function contentType(request: FastifyRequest): string {
  return request.headers['content-type'] ?? 'application/json';
}

/** Headers with one value each, which is what formats such as CloudEvents look at. Credentials stay here. */
function headersOf(request: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name === 'authorization' || name === 'cookie' || value === undefined) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
