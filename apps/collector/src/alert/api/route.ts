import type { ZodType, z } from 'zod';

type Read<S> = S extends ZodType ? z.output<S> : undefined;

/** One route of the alert room, free of any web framework. `path` is under `/api/v1`, parameters as `:name`. */
export interface AlertRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  summary: string;
  schema: { params?: ZodType; querystring?: ZodType; body?: ZodType; response: Record<number, ZodType> };
  /** Gets the parts as the schemas parsed them; answers status and body, or throws `AlertProblem`. */
  handler(input: AlertRequest): Promise<AlertAnswer>;
}

export interface AlertRequest {
  params: unknown;
  query: unknown;
  body: unknown;
}

export interface AlertAnswer {
  status: number;
  body: unknown;
}

interface RouteSpec<P, Q, B> {
  method: AlertRoute['method'];
  path: string;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  status?: number;
  response: ZodType;
  handle(input: { params: Read<P>; query: Read<Q>; body: Read<B> }): unknown;
}

/** Declares a route with the types of its schemas. */
export function route<P, Q, B>(spec: RouteSpec<P, Q, B>): AlertRoute {
  const { params, query, body, status = 200 } = spec;
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    schema: {
      ...(params !== undefined && { params: params as ZodType }),
      ...(query !== undefined && { querystring: query as ZodType }),
      ...(body !== undefined && { body: body as ZodType }),
      response: { [status]: spec.response },
    },
    async handler(input) {
      const parsed = input as { params: Read<P>; query: Read<Q>; body: Read<B> };
      return { status, body: await spec.handle(parsed) };
    },
  };
}
