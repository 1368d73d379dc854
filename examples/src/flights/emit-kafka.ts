import { Kafka, logLevel } from 'kafkajs';
import { httpSink } from './emit-http.js';
import type { Sink } from './sink.js';

/** Messages of one send; kafkajs builds a record batch a partition from them. */
const MESSAGES = 2_000;

/**
 * Produces prediction events to a Kafka topic, keyed by id, with an idempotent producer that waits for all replicas.
 * Labels go over HTTP: they come from another system than the predictions in most houses, and here too.
 */
export async function kafkaSink(brokers: string[], topic: string, api: string, run: string): Promise<Sink> {
  const kafka = new Kafka({ clientId: 'leeway-demo', brokers, logLevel: logLevel.ERROR });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const http = httpSink(api, run);
  return {
    name: 'Kafka',
    events: async (batch) => {
      for (let i = 0; i < batch.length; i += MESSAGES) {
        const messages = batch
          .slice(i, i + MESSAGES)
          .map((event) => ({ key: event.id, value: JSON.stringify(event) }));
        await producer.send({ topic, acks: -1, messages });
      }
    },
    labels: http.labels,
    close: () => producer.disconnect(),
  };
}
