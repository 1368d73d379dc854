import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KilometreFault } from './fault.js';

/**
 * The fault's switch: `POST /fault/on`, `POST /fault/off`, `GET /fault`, on loopback only; and the demo tool's message
 * `switch-fault`, which a key at its terminal sends. Resolves when it listens.
 */
export async function faultSwitch(
  fault: KilometreFault,
  port: number,
  onSwitch: (on: boolean) => void,
): Promise<{ url: string; close: () => void }> {
  const turn = (on: boolean): void => {
    if (on) fault.switchOn(Date.now());
    else fault.switchOff();
    onSwitch(on);
  };
  const onMessage = (message: unknown): void => {
    if (message === 'switch-fault') turn(!fault.isOn(Date.now()));
  };
  process.on('message', onMessage);
  const server = createServer((request, response) => {
    const wanted = request.method === 'POST' && /^\/fault\/(on|off)$/.exec(request.url ?? '')?.[1];
    if (wanted) turn(wanted === 'on');
    else if (request.method !== 'GET' || request.url !== '/fault') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('POST /fault/on or /fault/off\n');
      return;
    }
    const since = fault.since === null ? null : new Date(fault.since).toISOString();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ fault: fault.isOn(Date.now()) ? 'on' : 'off', since })}\n`);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  const { port: bound } = server.address() as AddressInfo;
  const close = (): void => {
    process.off('message', onMessage);
    server.close();
  };
  return { url: `http://127.0.0.1:${bound}/fault`, close };
}
