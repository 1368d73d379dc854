import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpSink } from './emit-http.js';

interface Request {
  path: string;
  key: string;
  lines: number;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that keeps the requests it got and answers them one after the other as told. */
async function answering(...answers: ((response: ServerResponse, lines: number) => void)[]) {
  const requests: Request[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const lines = body.split('\n').length;
    requests.push({ path: request.url ?? '', key: String(request.headers['idempotency-key']), lines });
    answers[Math.min(requests.length, answers.length) - 1]?.(response, lines);
  };
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`, requests };
}

const taken = (response: ServerResponse, lines: number) =>
  response.end(JSON.stringify({ accepted: lines, rejected: [], rejected_count: 0 }));
const busy = (response: ServerResponse) => response.writeHead(429, { 'retry-after': '0' }).end('{}');
const hangUp = (response: ServerResponse) => response.destroy();
const event = { model: 'm', version: '1', id: 'a', ts: 1, features: {} };

describe('httpSink', () => {
  it('sends NDJSON, one key a request', async () => {
    const { url, requests } = await answering(taken);
    const sink = httpSink(url, 'run');
    await sink.events([event, { ...event, id: 'b' }]);
    await sink.labels([{ model: 'm', id: 'a', ts: 2, label: 3 }]);
    expect(requests.map(({ path, lines }) => [path, lines])).toEqual([
      ['/api/v1/events', 2],
      ['/api/v1/labels', 1],
    ]);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(2);
  });

  it('tries again under the same key when told to wait or when the answer is lost', async () => {
    const { url, requests } = await answering(busy, hangUp, taken);
    await httpSink(url, 'run').events([event]);
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
  });

  it('fails with the reason when an event is refused', async () => {
    const { url } = await answering((response) =>
      response.end(
        JSON.stringify({ accepted: 0, rejected: [{ message: 'ts is a century off' }], rejected_count: 1 }),
      ),
    );
    await expect(httpSink(url, 'run').events([event])).rejects.toThrow(/took 0 of 1.*century off/);
  });

  it('fails at once when the API says no', async () => {
    const { url, requests } = await answering((response) => response.writeHead(401).end('no token'));
    await expect(httpSink(url, 'run').events([event])).rejects.toThrow(/401.*no token/);
    expect(requests).toHaveLength(1);
  });
});
