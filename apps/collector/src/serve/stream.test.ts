import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createStreamHub, type StreamHub } from './stream.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function served(hub: StreamHub) {
  const server = createServer((_request, response) => {
    if (!hub.join(response)) response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => {
    hub.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const connect = () =>
    new Promise<{ status: number; text: () => string; response: IncomingMessage }>((resolve, reject) => {
      const request = get({ port, host: '127.0.0.1' }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('error', () => {});
        resolve({ status: response.statusCode!, text: () => text, response });
      });
      request.on('error', reject);
    });
  return connect;
}

async function until(check: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !check(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(check()).toBe(true);
}

describe('the live stream', () => {
  it('tells every client and keeps the line alive', async () => {
    const hub = createStreamHub({ maxClients: 5, heartbeatMs: 20 });
    const connect = await served(hub);
    const [one, two] = [await connect(), await connect()];
    await until(() => hub.clients === 2);
    hub.publish({ kind: 'verdicts', model: 'm' });
    for (const client of [one, two]) {
      await until(() => client.text().includes('event: verdicts'));
      await until(() => client.text().includes(': still here'));
      const [, data] = /data: (.+)/.exec(client.text())!;
      expect(JSON.parse(data!)).toEqual({ kind: 'verdicts', model: 'm', at: expect.any(String) });
    }
  });

  it('makes one message at the start and one at the end of a burst', async () => {
    const hub = createStreamHub({ maxClients: 5, everyMs: 60 });
    const client = await (await served(hub))();
    await until(() => hub.clients === 1);
    for (let i = 0; i < 500; i++) hub.publish({ kind: 'ingest', model: 'm' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(client.text().match(/event: ingest/g)).toHaveLength(2);
  });

  it('refuses clients beyond its bound and takes new ones when others leave', async () => {
    const hub = createStreamHub({ maxClients: 1 });
    const connect = await served(hub);
    const first = await connect();
    await until(() => hub.clients === 1);
    expect((await connect()).status).toBe(503);
    first.response.destroy();
    await until(() => hub.clients === 0);
    expect((await connect()).status).toBe(200);
  });
});
