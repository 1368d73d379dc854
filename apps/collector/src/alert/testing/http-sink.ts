import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrived {
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A real HTTP receiver on a free loopback port that keeps what arrives and answers as told. */
export async function httpSink(
  answer: (arrived: Arrived, response: ServerResponse) => void = (_a, r) => r.end('ok'),
) {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const got = {
        at: Date.now(),
        path: request.url ?? '',
        headers: request.headers,
        text: Buffer.concat(parts).toString(),
      };
      arrived.push(got);
      answer(got, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    arrived,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
