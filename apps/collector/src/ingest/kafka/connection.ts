import type { ConnectionOptions } from 'node:tls';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import type { IngestLogger } from '../deps.js';
import { registerCodecs } from './codecs.js';

export interface KafkaConnection {
  brokers: readonly string[];
  clientId: string;
  /** TLS with these settings; null = plain text. */
  ssl: ConnectionOptions | null;
  sasl: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string } | null;
}

const LEVELS = {
  [logLevel.NOTHING]: 'debug',
  [logLevel.ERROR]: 'warn',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'debug',
} as const;

/**
 * A kafkajs client with every codec registered. Its own messages go to our logger one level lower: it calls errors
 * what it recovers from, such as a coordinator that is still loading.
 */
export function connectKafka(connection: KafkaConnection, logger: IngestLogger): Kafka {
  registerCodecs();
  return new Kafka({
    clientId: connection.clientId,
    brokers: [...connection.brokers],
    ...(connection.ssl && { ssl: connection.ssl }),
    ...(connection.sasl && { sasl: connection.sasl as SASLOptions }),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      const { message, timestamp: _timestamp, logger: _name, ...fields } = entry.log;
      logger[LEVELS[entry.level]]({ kafkajs: entry.namespace, ...fields }, message);
    },
  });
}
