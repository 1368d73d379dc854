import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiError, apiPath, type Fetcher, request, segment } from './api';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => (server ? server.close(done) : done(null)));
  server = undefined;
});

/** A real server that gives one answer, and the way to it. */
async function answering(status: number, body: string, type = 'application/json'): Promise<Fetcher> {
  const started = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  });
  server = started;
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
  const { port } = started.address() as AddressInfo;
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

const Answer = z.object({ models: z.array(z.string()) });

describe('a request', () => {
  it('gives the answer checked against its schema', async () => {
    const fetcher = await answering(200, '{"models":["a"],"more":1}');
    await expect(request(fetcher, '/x', Answer)).resolves.toEqual({ models: ['a'] });
  });

  it('hands on a problem as the collector wrote it', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Gone',
      status: 404,
      detail: 'No such model.',
      code: 'unknown_model',
    };
    const fetcher = await answering(404, JSON.stringify(problem), 'application/problem+json');
    expect((await failure(request(fetcher, '/x', Answer))).problem).toEqual(problem);
  });

  it('explains an answer that is no problem document', async () => {
    const error = await failure(request(await answering(401, '<h1>no</h1>', 'text/html'), '/x', Answer));
    expect(error.problem.code).toBe('http_401');
    expect(error.problem.detail).toContain('LEEWAY_API_TOKEN');
  });

  it('names the field of an answer that does not fit', async () => {
    const error = await failure(request(await answering(200, '{"models":[1]}'), '/models?from=now', Answer));
    expect(error.problem.code).toBe('unreadable_answer');
    expect(error.problem.detail).toContain('/models: models.0:');
  });

  it('says so when the answer is not JSON', async () => {
    expect((await failure(request(await answering(200, 'hello'), '/x', Answer))).problem.detail).toContain(
      'not JSON',
    );
  });

  it('says what to check when nothing answers', async () => {
    const nobody: Fetcher = (path, init) => fetch(`http://127.0.0.1:1${path}`, init);
    expect((await failure(request(nobody, '/x', Answer))).problem.code).toBe('unreachable');
  });

  it('ends with the reason of whoever stopped it', async () => {
    const fetcher = await answering(200, '{"models":[]}');
    const abort = new AbortController();
    abort.abort(new Error('newer question'));
    await expect(request(fetcher, '/x', Answer, { signal: abort.signal })).rejects.toThrow('newer question');
  });
});

describe('addresses', () => {
  it('leave out what is empty and repeat what is a list', () => {
    expect(apiPath('/models', { from: 'now-7d', version: '', signal: undefined, tag: ['a=1', 'b=2'] })).toBe(
      '/api/v1/models?from=now-7d&tag=a%3D1&tag=b%3D2',
    );
  });

  it('hold any name as one segment', () => {
    expect(segment('a/b ?#<script>')).toBe('a%2Fb%20%3F%23%3Cscript%3E');
  });
});
