import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpSink } from '../testing/http-sink.js';
import { AddressPolicy, AddressRefused } from './address.js';
import { httpSender } from './http.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function sink(...args: Parameters<typeof httpSink>) {
  const made = await httpSink(...args);
  closing.push(made.close);
  return made;
}
const post = (url: string) => ({ url, headers: { authorization: 'Bearer s3cret' }, body: '{}' });
const soon = () => AbortSignal.timeout(5_000);
const loopback = new AddressPolicy(['127.0.0.1']);

describe('where notifications may go', () => {
  const policy = new AddressPolicy([]);
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'ff02::1',
    '2001:db8::1',
    '255.255.255.255',
    '::127.0.0.1',
    'fec0::1',
    '64:ff9b:1::7f00:1',
    '168.63.129.16',
    '192.0.0.192',
    '100.100.100.200',
    'fd00:ec2::254',
  ])('is not %s', (address) => {
    expect(policy.allows(address)).toBe(false);
  });

  it('is not found out for ever: a name server that says nothing costs no more than the time of an attempt', async () => {
    const gone = AbortSignal.abort(new DOMException('too late', 'TimeoutError'));
    await expect(policy.resolve('hooks.example.com', gone)).rejects.toThrow('too late');
  });

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])(
    'is %s',
    (address) => {
      expect(policy.allows(address)).toBe(true);
    },
  );

  it('is what the operator allows by range, and nothing beside it', () => {
    const own = new AddressPolicy(['10.8.0.0/16', 'fd12::/16', '127.0.0.1']);
    expect(own.allows('10.8.3.4')).toBe(true);
    expect(own.allows('10.9.0.1')).toBe(false);
    expect(own.allows('fd12::7')).toBe(true);
    expect(own.allows('::ffff:127.0.0.1')).toBe(true);
    expect(own.allows('127.0.0.2')).toBe(false);
  });

  it('refuses a name that resolves to an inside address, unless the name itself is allowed', async () => {
    await expect(policy.resolve('localhost', soon())).rejects.toThrow(
      /not a public address; add it to allow_addresses/,
    );
    await expect(new AddressPolicy(['localhost']).resolve('localhost', soon())).resolves.toMatchObject({
      address: expect.any(String),
    });
    for (const trick of ['0x7f.1', '2130706433', '[::1]', '127.1'])
      await expect(policy.resolve(new URL(`http://${trick}/`).hostname, soon())).rejects.toThrow(
        AddressRefused,
      );
  });
});

describe('posting a notification', () => {
  it('never connects to a refused address', async () => {
    const { url, arrived } = await sink();
    await expect(httpSender(new AddressPolicy([]), 1_000)(post(url))).rejects.toThrow(AddressRefused);
    expect(arrived).toEqual([]);
  });

  it('checks redirects again and refuses to be sent inside', async () => {
    const { url, arrived } = await sink((_got, response) => {
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' });
      response.end();
    });
    await expect(httpSender(loopback, 1_000)(post(url))).rejects.toThrow(
      /169\.254\.169\.254 is not a public address/,
    );
    expect(arrived).toHaveLength(1);
  });

  it('follows a redirect with its body, without the credentials when the origin changes', async () => {
    const target = await sink();
    const { url } = await sink((_got, response) => {
      response.writeHead(308, { location: `${target.url}/new` });
      response.end();
    });
    expect((await httpSender(loopback, 1_000)(post(url))).status).toBe(200);
    expect(target.arrived[0]).toMatchObject({ path: '/new', text: '{}' });
    expect(target.arrived[0]!.headers.authorization).toBeUndefined();
  });

  it('gives up on a circle of redirects, and doesn’t follow other schemes', async () => {
    const circle = await sink((_got, response) => {
      response.writeHead(307, { location: '/again' });
      response.end();
    });
    await expect(httpSender(loopback, 1_000)(post(circle.url))).rejects.toThrow('more than 3 redirects');
    const file = await sink((_got, response) => {
      response.writeHead(307, { location: 'file:///etc/passwd' });
      response.end();
    });
    await expect(httpSender(loopback, 1_000)(post(file.url))).rejects.toThrow(/scheme file:/);
  });

  it('ends after its time when the receiver hangs, before or within the answer', async () => {
    const silent = await sink(() => undefined);
    const started = Date.now();
    await expect(httpSender(loopback, 300)(post(silent.url))).rejects.toThrow();
    const dripping = await sink((_got, response) => {
      response.write('a');
      const timer = setInterval(() => response.write('a'), 50);
      response.on('close', () => clearInterval(timer));
    });
    await expect(httpSender(loopback, 300)(post(dripping.url))).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  it('reads a bounded part of an endless answer', async () => {
    const { url } = await sink((_got, response) => {
      const part = Buffer.alloc(65_536, 'x');
      const more = () => {
        while (!response.destroyed && response.write(part));
      };
      response.on('drain', more);
      more();
    });
    const { body } = await httpSender(loopback, 5_000)(post(url));
    expect(body).toHaveLength(65_536);
  });

  it('reports a TLS error of a server that speaks no TLS', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    await expect(httpSender(loopback, 1_000)(post(`https://127.0.0.1:${port}/`))).rejects.toThrow(
      /SSL|TLS|EPROTO|packet/i,
    );
  });
});
