import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServeContext } from '../context.js';
import type { DescribedRoute } from '../ports.js';
import { ApiProblem } from '../problem.js';
import type { Typed } from './shared.js';

const LIMIT_MS = 30_000;

/**
 * Routes of a room that another process runs. They are passed on to it with this installation's token, or answered
 * 503 where nobody said which process it is.
 */
export function addForwardedRoutes(
  app: Typed,
  context: ServeContext,
  routes: readonly DescribedRoute[],
): void {
  for (const { method, path, summary } of routes)
    app.route({
      method,
      url: path,
      schema: { tags: ['alerts'], summary },
      handler: (request, reply) => passOn(context, request, reply, LIMIT_MS),
    });
}

/** Asks the process that evaluates in place of this one, and answers what it answers within `limitMs`. */
export async function passOn(
  context: ServeContext,
  request: FastifyRequest,
  reply: FastifyReply,
  limitMs: number,
): Promise<FastifyReply> {
  const answer = await ask(context, request, limitMs);
  return reply
    .code(answer.status)
    .type(answer.headers.get('content-type') ?? 'application/json')
    .serializer(String)
    .send(await answer.text());
}

async function ask(context: ServeContext, request: FastifyRequest, limitMs: number): Promise<Response> {
  if (context.evaluateUrl === null)
    throw new ApiProblem(
      'role_not_served',
      'This collector does not run alerts. Ask the one with role evaluate, or set LEEWAY_EVALUATE_URL to its address.',
    );
  const { token } = context.http;
  try {
    return await fetch(`${context.evaluateUrl}${request.url}`, {
      method: request.method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(request.body !== undefined && request.body !== null && { 'content-type': 'application/json' }),
      },
      ...(request.body !== undefined && request.body !== null && { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(limitMs),
      redirect: 'error',
    });
  } catch (error) {
    throw new ApiProblem(
      'store_unavailable',
      `The collector that runs alerts (LEEWAY_EVALUATE_URL) does not answer: ${(error as Error).message}.`,
    );
  }
}
