import { createGunzip, type Gunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { ApiProblem } from './problem.js';

/** A compressed body and how many bytes of it came over the wire (fastify compares them with Content-Length). */
type Encoded = Gunzip & { receivedEncodedLength?: number };

/**
 * Takes gzip request bodies. The route's body limit counts decompressed bytes, so that a small bomb can't grow
 * past it: fastify stops reading at the limit and answers 413.
 */
export function addGunzip(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    if (encoding === 'identity' || encoding === '') return payload;
    if (encoding !== 'gzip' && encoding !== 'x-gzip')
      throw new ApiProblem(
        'unsupported_encoding',
        `Content-Encoding "${encoding}" is not taken; use gzip or none.`,
      );
    const gunzip: Encoded = createGunzip();
    gunzip.receivedEncodedLength = 0;
    payload.on('data', (chunk: Buffer) => {
      gunzip.receivedEncodedLength = (gunzip.receivedEncodedLength ?? 0) + chunk.length;
    });
    payload.on('error', (error) => gunzip.destroy(error));
    payload.pipe(gunzip);
    return gunzip;
  });
}
