import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers `GET /schemas/ids/N` as Confluent's schema registry does. */
export interface TestRegistry {
  url: string;
  /** How the registry answers: as it should, with 503, or not at all (the connection stays open). */
  mode: 'up' | 'failing' | 'silent';
  /** Requests so far. */
  readonly asked: number;
  close(): Promise<void>;
}

export interface RegisteredSchema {
  schema: string;
  schemaType?: 'AVRO' | 'JSON' | 'PROTOBUF';
}

export async function startRegistry(schemas: ReadonlyMap<number, RegisteredSchema>): Promise<TestRegistry> {
  const state = { mode: 'up' as TestRegistry['mode'], asked: 0 };
  const server = createServer((request, response) => {
    state.asked++;
    if (state.mode === 'silent') return;
    response.setHeader('content-type', 'application/vnd.schemaregistry.v1+json');
    if (state.mode === 'failing') {
      response.statusCode = 503;
      return response.end('{"error_code":50003,"message":"leader is not known"}');
    }
    const id = Number(/^\/schemas\/ids\/(\d+)/.exec(request.url ?? '')?.[1]);
    const found = schemas.get(id);
    if (!found) {
      response.statusCode = 404;
      return response.end('{"error_code":40403,"message":"Schema not found"}');
    }
    response.end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get mode() {
      return state.mode;
    },
    set mode(mode) {
      state.mode = mode;
    },
    get asked() {
      return state.asked;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A payload in Confluent's wire format: zero byte, schema id, content. */
export function confluent(id: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, payload]);
}
