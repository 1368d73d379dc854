import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, createLane } from './lane.js';
import { connectServer } from './server.js';

const FAILURE =
  'Code: 241. DB::Exception: Memory limit (total) exceeded: would use 9.00 GiB. (MEMORY_LIMIT_EXCEEDED) (version 25.8.1.1)\n';
const insert = {
  table: 't',
  columns: ['a'],
  format: 'TabSeparated',
  body: [Buffer.from('1\n'), Buffer.from('2\n')],
} as const;

/** A server that has said `200` before it knows how the statement ends. */
describe('a statement that fails after the server has said that it goes well', () => {
  let server: Server;
  let backend: Backend;
  let received = '';
  let answer: (response: ServerResponse) => void;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      received = '';
      for await (const piece of request) received += String(piece);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    backend = connectServer({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      user: 'default',
      password: '',
      database: 'default',
      connections: 1,
      settings: {},
    });
  });
  beforeEach(() => {
    answer = (response) => void response.end();
  });
  afterAll(async () => {
    await backend?.close();
    server?.closeAllConnections();
    server?.close();
  });

  const tagged = `\r\n__exception__\r\nabcdefghijklmnop\r\n${FAILURE}${FAILURE.length} abcdefghijklmnop\r\n__exception__\r\n`;
  const answers: [string, (response: ServerResponse) => void][] = [
    ['in the body', (response) => void response.end(FAILURE)],
    [
      'in the compressed body',
      (response) => {
        response.setHeader('Content-Encoding', 'gzip');
        response.end(gzipSync(FAILURE));
      },
    ],
    [
      'in the body, after a while and in pieces',
      (response) => {
        response.write(FAILURE.slice(0, 10));
        setTimeout(() => response.end(FAILURE.slice(10)), 20);
      },
    ],
    [
      'behind rows of the answer, in a frame',
      (response) => {
        response.setHeader('X-ClickHouse-Exception-Tag', 'abcdefghijklmnop');
        response.write('host\t9000\t0\t\t0\t0\n'.repeat(5_000));
        response.end(tagged);
      },
    ],
    [
      'in a header',
      (response) => {
        response.setHeader('X-ClickHouse-Exception-Code', '241');
        response.end(FAILURE);
      },
    ],
  ];

  it.each(answers)('is noticed %s', async (_where, failing) => {
    answer = failing;
    const lane = createLane('test', backend, 1);
    const failed = { name: 'StoreError', retry: true, message: expect.stringContaining('Memory limit') };
    await expect(lane.insert(insert)).rejects.toMatchObject(failed);
    expect(received).toBe('1\n2\n');
    await expect(backend.run('INSERT INTO t SELECT 1')).rejects.toMatchObject({ code: '241' });
  });

  it.each([
    ['as text', FAILURE],
    ['as a row', `${JSON.stringify({ exception: FAILURE })}\n`],
  ])('is noticed behind rows, %s', async (_how, failure) => {
    answer = (response) => void response.end(`{"a":1}\n${failure}`);
    await expect(backend.rows('SELECT a FROM t')).rejects.toThrow();
  });

  it('is noticed by the end of the connection', async () => {
    answer = (response) => {
      response.write('\n');
      setTimeout(() => response.destroy(), 20);
    };
    await expect(backend.insert(insert)).rejects.toThrow();
    await expect(backend.run('INSERT INTO t SELECT 1')).rejects.toThrow();
  });

  it('is told from one that went well, also where that has an answer', async () => {
    await backend.insert(insert);
    await backend.run('INSERT INTO t SELECT 1');
    answer = (response) => void response.end('host\t9000\t0\t\t0\t0\n');
    await expect(backend.insert(insert)).rejects.toThrow('host');
    await backend.run('CREATE TABLE t ON CLUSTER c (a Int8) ENGINE = Memory');
  });
});
