import type { z } from 'zod';
import { type CliContext, CliError } from './context.js';

/**
 * One request to the collector's API, its answer read by `schema`. Throws a `CliError` that says what to do when the
 * collector does not answer or refuses.
 *
 * @param path below `/api/v1`
 */
export async function ask<S extends z.ZodType>(
  context: Pick<CliContext, 'url' | 'token' | 'signal'>,
  path: string,
  schema: S,
  json?: unknown,
): Promise<z.output<S>> {
  const headers = new Headers();
  if (context.token !== undefined) headers.set('authorization', `Bearer ${context.token}`);
  if (json !== undefined) headers.set('content-type', 'application/json');
  let response: Response;
  try {
    response = await fetch(`${context.url}/api/v1${path}`, {
      headers,
      signal: context.signal,
      ...(json !== undefined && { method: 'POST', body: JSON.stringify(json) }),
    });
  } catch (error) {
    const cause = (error as { cause?: Error }).cause ?? (error as Error);
    throw new CliError(
      `no collector answers at ${context.url} (${cause.message}); start one with \`leeway serve\`, or name another with --url`,
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const { detail } = (body ?? {}) as { detail?: string };
    throw new CliError(`the collector refuses (${response.status}): ${detail ?? 'it gives no reason'}`);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CliError(
    `${context.url} answers, but not as this version of leeway expects; is it a Leeway collector?`,
  );
}
