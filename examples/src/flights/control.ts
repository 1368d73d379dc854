import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KilometreFault } from './fault.js';

/**
 * The fault's switch: `POST /fault/on`, `POST /fault/off`, `GET /fault`, on loopback only. Resolves when it listens.
 */
export async function faultSwitch(
  fault: KilometreFault,
  port: number,
  onSwitch: (on: boolean) => void,
): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const wanted = request.method === 'POST' && /^\/fault\/(on|off)$/.exec(request.url ?? '')?.[1];
    if (wanted === 'on') fault.switchOn(Date.now());
    else if (wanted === 'off') fault.switchOff();
    else if (request.method !== 'GET' || request.url !== '/fault') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('POST /fault/on or /fault/off\n');
      return;
    }
    if (wanted) onSwitch(wanted === 'on');
    const since = fault.since === null ? null : new Date(fault.since).toISOString();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ fault: since === null ? 'off' : 'on', since })}\n`);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}/fault`, server };
}
