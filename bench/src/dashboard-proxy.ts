import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the dashboard and the collector and notes which questions a page asks, from either of its sides. */
export interface RecordingProxy {
  url: string;
  /** GET paths with queries asked since the last call, each once. */
  taken(): string[];
  close(): Promise<void>;
}

/** Questions that a page can ask at most before it is not one any more. */
const MOST = 1_000;

export async function startProxy(upstream: string): Promise<RecordingProxy> {
  const target = new URL(upstream);
  let asked = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (incoming.method === 'GET' && !path.startsWith('/api/v1/stream') && asked.size < MOST) asked.add(path);
    const forwarded = request(
      {
        host: target.hostname,
        port: target.port,
        path,
        method: incoming.method,
        headers: { ...incoming.headers, host: target.host },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken() {
      const paths = [...asked];
      asked = new Set();
      return paths;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
