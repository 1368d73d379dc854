import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EventPage, StatusReport } from '@leeway/contract';
import type { Kafka } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, eventually, startCollector } from '../support/collector.js';
import {
  type Broker,
  createTopic,
  freePort,
  kafkaClient,
  noBroker,
  startBroker,
  steadyProducer,
} from '../support/kafka.js';

const run = promisify(execFile);

function noOpenssl(): string | null {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return null;
  } catch {
    if (process.env.CI === 'true') throw new Error('openssl is missing, and CI runs every test');
    return 'openssl is not installed';
  }
}
const missing = noBroker() ?? noOpenssl();

/** An authority, and certificates that it signed, as PEM files in `folder`. */
async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const subject = (name: string) => ['-subj', `/CN=${name}`];
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    ...subject('leeway test authority'),
  );
  writeFileSync(join(folder, 'server.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  writeFileSync(join(folder, 'client.ext'), 'extendedKeyUsage=clientAuth\n');
  for (const name of ['server', 'client']) {
    await openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      ...subject(name),
    );
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  }
  // Kafka wants the key (PKCS #8) and its certificate in one file.
  writeFileSync(
    join(folder, 'server-both.pem'),
    readFileSync(join(folder, 'server.key'), 'utf8') + readFileSync(join(folder, 'server.pem'), 'utf8'),
  );
}

const PASSWORD = 'a-password-of-the-broker';

describe.skipIf(missing !== null)(
  `a broker that demands TLS${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let folder: string;
    let broker: Broker;
    let kafka: Kafka;
    let collector: Collector | null = null;
    /** Ports of the listeners: SASL over TLS, and client certificates. */
    let port: number;
    const file = (name: string) => join(folder, name);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'leeway-tls-'));
      await makeCertificates(folder);
      port = await freePort();
      const tls = (prefix: string) => ({
        [`${prefix}ssl.keystore.type`]: 'PEM',
        [`${prefix}ssl.keystore.location`]: file('server-both.pem'),
        [`${prefix}ssl.truststore.type`]: 'PEM',
        [`${prefix}ssl.truststore.location`]: file('ca.pem'),
      });
      const secure = 'listener.name.secure.';
      broker = await startBroker({
        dataDir: file('kafka'),
        secure: {
          port,
          protocol: 'SASL_SSL',
          scramUsers: [`SCRAM-SHA-512=[name=leeway,password=${PASSWORD}]`],
        },
        extra: {
          ...tls(secure),
          [`${secure}ssl.client.auth`]: 'requested',
          [`${secure}sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-512',
          [`${secure}plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required user_leeway="${PASSWORD}";`,
          [`${secure}scram-sha-512.sasl.jaas.config`]:
            'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        },
      });
      // Topics are made and filled by the plain listener; the collector knows only the secure one.
      kafka = kafkaClient(broker.brokers);
    }, 120_000);
    afterEach(async () => {
      collector?.signal('SIGKILL');
      await collector?.ended;
      collector = null;
    });
    afterAll(async () => {
      await broker?.kill();
      rmSync(folder, { recursive: true, force: true });
    });

    const sasl = (mechanism: string, password = PASSWORD) => ({
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: 'leeway',
      KAFKA_SASL_PASSWORD: password,
    });
    async function start(topic: string, env: Record<string, string>): Promise<Collector> {
      await createTopic(kafka, topic, 1);
      const producer = await steadyProducer(kafka);
      const event = { model: topic, version: '1', id: 'e', ts: Date.now(), features: { a: 1 } };
      await producer.send({ topic, messages: [{ value: JSON.stringify(event) }] });
      await producer.disconnect();
      collector = await startCollector({
        env: { KAFKA_BROKERS: `127.0.0.1:${port}`, KAFKA_TOPICS: topic, KAFKA_GROUP_ID: topic, ...env },
      });
      return collector;
    }
    const arrived = (topic: string) =>
      eventually(
        async () => {
          const { status, body } = await collector!.ask<EventPage>(`/models/${topic}/events?from=now-1h`);
          return status === 200 && body.events.length === 1;
        },
        30_000,
        `the event over ${topic}`,
      );

    it.each(['plain', 'scram-sha-512'])(
      'is read with its authority’s certificate and %s',
      async (mechanism) => {
        await start(`tls-${mechanism}`, { KAFKA_SSL_CA_FILE: file('ca.pem'), ...sasl(mechanism) });
        await arrived(`tls-${mechanism}`);
        expect(collector!.log()).not.toContain(PASSWORD);
      },
    );

    it('is read with a client certificate as well', async () => {
      await start('tls-client', {
        KAFKA_SSL_CA_FILE: file('ca.pem'),
        KAFKA_SSL_CERT_FILE: file('client.pem'),
        KAFKA_SSL_KEY_FILE: file('client.key'),
        ...sasl('scram-sha-512'),
      });
      await arrived('tls-client');
    });

    it.each([
      [
        'a wrong password',
        () => ({ KAFKA_SSL_CA_FILE: file('ca.pem'), ...sasl('plain', 'wrong') }),
        /authentication/i,
      ],
      ['an authority that it does not know', () => ({ KAFKA_SSL: 'true', ...sasl('plain') }), /certificate/i],
    ] as const)(
      'makes the status say what is wrong with %s, and HTTP goes on',
      async (_name, env, reason) => {
        await start(`tls-wrong-${reason.source}`, env());
        const { ingest } = await eventually(
          async () => {
            const { body } = await collector!.ask<StatusReport>('/status');
            return body.ingest.detail === '' ? null : body;
          },
          30_000,
          'the status',
        );
        expect(ingest.detail).toMatch(reason);
        expect(ingest.kafka?.connected).toBe(false);
        const event = { model: 'http', version: '1', id: 'e', ts: Date.now(), features: { a: 1 } };
        expect((await collector!.ask('/events', { json: event })).status).toBe(200);
      },
    );
  },
);
