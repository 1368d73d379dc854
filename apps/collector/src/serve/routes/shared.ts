import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Baseline, type BaselineSignal, ModelName, Problem, TimeText } from '@leeway/contract';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ServeContext } from '../context.js';
import type { SliceKey } from '../ports.js';
import { ApiProblem } from '../problem.js';
import { parseRange } from '../time.js';

/** A fastify instance whose requests are typed by zod schemas. */
export type Typed = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export const ModelParams = z.object({ model: ModelName });

/** Query parameters of most model routes. `segment` is `''` (all events) or `tag=value`. */
export const SliceQuery = z.object({
  from: TimeText.default('now-24h'),
  to: TimeText.default('now'),
  version: z.string().max(200).optional(),
  segment: z.string().max(500).default(''),
});

/** Problem answers of a route, for its documentation. */
export function failures(...statuses: number[]) {
  return Object.fromEntries(statuses.map((status) => [status, Problem]));
}

/** A route's good answer and what can go wrong. */
export function answers<T extends z.ZodType>(ok: T, ...problems: number[]) {
  return { 200: ok, ...failures(...problems) };
}

/** Throws `model_not_found` with what to do about it. */
export function requireModel(context: ServeContext, model: string): void {
  if (context.models.list().includes(model) || context.baselines.active(model) !== null) return;
  throw new ApiProblem(
    'model_not_found',
    `No event and no baseline names the model "${model}". Send one to POST /api/v1/events, or GET /api/v1/models.`,
  );
}

/** The active baseline. Throws `no_baseline` with the command that makes one. */
export function requireBaseline(context: ServeContext, model: string): Baseline {
  requireModel(context, model);
  const baseline = context.baselines.active(model);
  if (baseline !== null) return baseline;
  throw new ApiProblem(
    'no_baseline',
    `"${model}" has no active baseline to compare with. Make one: leeway baseline create --model ${JSON.stringify(model)} --file train.parquet`,
  );
}

/** A signal of a baseline. Throws `signal_not_found`. */
export function requireSignal(baseline: Baseline, signal: string): BaselineSignal {
  const found = baseline.signals.find((candidate) => candidate.signal === signal);
  if (found) return found;
  const left = baseline.left_out.find(({ column }) => column === signal);
  throw new ApiProblem(
    'signal_not_found',
    left
      ? `"${signal}" is not part of the baseline: ${left.message}`
      : `The active baseline has no signal "${signal}"; GET /api/v1/models/{model}/signals lists them.`,
  );
}

/** The slice of production that a query names. */
export function sliceOf(context: ServeContext, model: string, query: z.infer<typeof SliceQuery>): SliceKey {
  const range = parseRange(query, context.now());
  return { model, ...range, segment: query.segment, ...(query.version && { version: query.version }) };
}
