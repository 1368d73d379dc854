import type { IncomingMessage } from 'node:http';
import type { Problem } from '@leeway/contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ApiProblem, PROBLEMS, type ProblemCode, problemBody } from './problem.js';

/** Fastify's own error codes and what they are called in this API. */
const FASTIFY_CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_REQ_FILE_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad_request',
};
/** What ingest answers while it takes nothing. */
const RETRY_CODES = new Set<string | undefined>([
  'overloaded',
  'shutting_down',
  'registry_unavailable',
] satisfies ProblemCode[]);

/**
 * Failures of other rooms that are known by a `code` of their own become problems without serve knowing their
 * classes: `retry: true` marks a store that may come back.
 */
interface RoomFailure extends Error {
  errors?: Problem['errors'];
  retry?: boolean;
  code?: string;
  status?: number;
}

/** Turns any thrown value into the problem a client reads. Only unexpected failures hide their message. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      path: `$${issue.instancePath.replaceAll('/', '.')}`,
      code: issue.keyword ?? 'invalid',
      message: issue.message ?? 'is not valid',
    }));
    const first = errors[0];
    const where =
      error.validationContext === 'querystring' ? 'query parameters' : (error.validationContext ?? 'body');
    return new ApiProblem(
      'invalid_request',
      first
        ? `The ${where}: ${first.path.slice(2) || 'value'}: ${first.message}.`
        : 'The request is not valid.',
      errors,
    );
  }
  const failure = error as RoomFailure & FastifyError;
  const known = FASTIFY_CODES[failure.code ?? ''];
  if (known) return new ApiProblem(known, failure.message);
  if (failure.name === 'AlertProblem' && failure.code in PROBLEMS)
    return new ApiProblem(failure.code as ProblemCode, failure.message, failure.errors);
  if (failure.name === 'BaselineError') return baselineProblem(failure);
  if (failure.retry === true)
    return new ApiProblem(
      RETRY_CODES.has(failure.code) ? (failure.code as ProblemCode) : 'store_unavailable',
      `${failure.message} Try again later.`,
      undefined,
      { 'retry-after': '5' },
    );
  if (failure.code === 'idempotency_key_reused') return new ApiProblem(failure.code, failure.message);
  if (failure.code === 'Z_DATA_ERROR' || failure.code === 'Z_BUF_ERROR')
    return new ApiProblem('bad_request', 'The body says it is gzip, but it cannot be decompressed.');
  if (failure.statusCode && failure.statusCode >= 400 && failure.statusCode < 500)
    return new ApiProblem('bad_request', failure.message);
  return new ApiProblem('internal_error', 'Something went wrong in the collector; its log has the details.');
}

function baselineProblem(failure: RoomFailure): ApiProblem {
  const code: ProblemCode = failure.code?.endsWith('not_found') ? 'baseline_not_found' : 'unusable_baseline';
  return new ApiProblem(code, failure.message, [
    { path: '$', code: failure.code ?? 'unusable', message: failure.message },
  ]);
}

export function sendProblem(reply: FastifyReply, problem: ApiProblem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemBody(problem.code, problem.message, problem.errors));
}

export function addErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'a request failed');
    if (problem.code === 'body_too_large') await drain(request.raw);
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request: FastifyRequest, reply) =>
    sendProblem(
      reply,
      new ApiProblem(
        'not_found',
        `${request.method} ${request.url.split('?', 1)[0]} is no route of this API; see /api/v1/docs.`,
      ),
    ),
  );
}

/** Bytes and time that are spent on reading a refused body to its end. */
const DRAINED_BYTES = 64 * 1_048_576;
const DRAIN_MS = 5_000;

/**
 * Reads and forgets the rest of a body. A client that is still sending reads the answer only afterwards; closed
 * before, the connection would break under it and the answer be lost.
 */
function drain(body: IncomingMessage): Promise<void> {
  if (body.readableEnded || body.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, DRAIN_MS);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    body.unpipe();
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > DRAINED_BYTES) end();
    });
    body.once('end', end).once('error', end).once('close', end);
    body.resume();
  });
}

/** What `GET /api/v1/problems` lists. */
export function problemTable(): { code: string; status: number; title: string }[] {
  return Object.entries(PROBLEMS).map(([code, [status, title]]) => ({ code, status, title }));
}
