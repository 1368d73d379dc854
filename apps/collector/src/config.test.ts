import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig, VARIABLES } from './config.js';

function problems(env: Environment): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const TOKEN = 'a-token-of-some-length';

describe('the configuration', () => {
  it('needs nothing: the defaults bind to this machine and keep data in one directory', () => {
    const { config, warnings } = readConfig({});
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 8787, token: undefined });
    expect(config.store).toMatchObject({ dataDir: './leeway-data', server: null, database: 'leeway' });
    expect(config.kafka).toBeNull();
    expect(config.role).toBe('all');
    expect(warnings).toEqual([]);
  });

  it('reports everything wrong at once, by name', () => {
    const found = problems({
      LEEWAY_PORT: '99999',
      LEEWAY_HOST: '0.0.0.0',
      KAFKA_BROKERS: 'broker',
      CLICKHOUSE_CLUSTER: 'main',
      LEEWAY_LOG_LEVEL: 'loud',
    });
    const names = found.map((line) => line.split(':', 1)[0]);
    expect(new Set(names)).toEqual(
      new Set(['LEEWAY_PORT', 'LEEWAY_HOST', 'KAFKA_BROKERS', 'CLICKHOUSE_CLUSTER', 'LEEWAY_LOG_LEVEL']),
    );
  });

  it.each(['0.0.0.0', '::', '10.1.2.3', 'collector.example'])(
    'refuses to listen on %s without a token',
    (host) => {
      expect(problems({ LEEWAY_HOST: host })).toEqual([expect.stringContaining('set LEEWAY_API_TOKEN')]);
      expect(problems({ LEEWAY_HOST: host, LEEWAY_API_TOKEN: TOKEN })).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('listens on %s without one', (host) => {
    expect(problems({ LEEWAY_HOST: host })).toEqual([]);
  });

  it('refuses a token that can be guessed', () => {
    expect(problems({ LEEWAY_API_TOKEN: 'secret' })).toEqual([expect.stringContaining('16 characters')]);
  });

  it('takes an empty or blank value as not set', () => {
    expect(readConfig({ LEEWAY_PORT: '', KAFKA_BROKERS: ' ', LEEWAY_API_TOKEN: '' }).config.kafka).toBeNull();
  });

  it('reads brokers, TLS files and SASL together', () => {
    const { kafka } = readConfig({
      KAFKA_BROKERS: 'a:9092, [::1]:9093',
      KAFKA_TOPICS: 'one,two',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SASL_PASSWORD: 'pass',
      KAFKA_SSL_CA_FILE: '/ca.pem',
    }).config;
    expect(kafka).toMatchObject({
      brokers: ['a:9092', '[::1]:9093'],
      topics: ['one', 'two'],
      ssl: { caFile: '/ca.pem' },
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'pass' },
    });
  });

  it.each([
    [{ KAFKA_SASL_MECHANISM: 'plain' }, 'KAFKA_SASL_MECHANISM'],
    [{ KAFKA_SASL_USERNAME: 'me' }, 'KAFKA_SASL_USERNAME'],
    [{ KAFKA_SSL_CERT_FILE: '/c.pem' }, 'KAFKA_SSL_CERT_FILE'],
  ])('refuses half of a setting: %o', (env, name) => {
    expect(problems(env)).toEqual([expect.stringContaining(name)]);
  });

  it('gives a role of its own only to collectors that share a server', () => {
    expect(problems({ LEEWAY_ROLE: 'ingest' })).toEqual([expect.stringContaining('CLICKHOUSE_URL')]);
    const { config } = readConfig({ LEEWAY_ROLE: 'ingest', CLICKHOUSE_URL: 'http://db:8123' });
    expect(config).toMatchObject({
      role: 'ingest',
      store: { dataDir: null, server: { url: 'http://db:8123' } },
    });
  });

  it('warns of a name that nobody reads', () => {
    expect(readConfig({ LEEWAY_PROT: '9000', PATH: '/bin' }).warnings).toEqual([
      'LEEWAY_PROT is not a setting of the collector and is ignored',
    ]);
  });

  it('is described name by name in docs/configuration.md', () => {
    const text = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    const described = [...text.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name!);
    expect(described.toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
  });
});
