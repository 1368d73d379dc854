import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import type { LeewayApi } from './api.js';
import { httpSink } from './emit-http.js';
import type { Sink } from './sink.js';

/** Messages of one send; kafkajs builds a record batch a partition from them. */
const MESSAGES = 2_000;
/** A replay may run this many events ahead of the collector: history must be stored before live begins. */
const MOST_LAG = 40_000;
const LOOK_EVERY_MS = 500;

/**
 * Produces prediction events to a Kafka topic, keyed by id, with an idempotent producer that waits for all replicas.
 * Labels go over HTTP: they come from another system than the predictions in most houses, and here too.
 */
export async function kafkaSink(
  brokers: string[],
  topic: string,
  api: LeewayApi,
  run: string,
): Promise<Sink> {
  const kafka = new Kafka({ clientId: 'leeway-demo', brokers, logLevel: logLevel.ERROR });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const http = httpSink(api.base, run);
  let lookAt = 0;
  const keepNear = async (): Promise<void> => {
    while (Date.now() >= lookAt) {
      const lag = await api.kafkaLag();
      if (lag <= MOST_LAG) lookAt = Date.now() + LOOK_EVERY_MS;
      else await sleep(LOOK_EVERY_MS);
    }
  };
  return {
    name: 'Kafka',
    events: async (batch) => {
      await keepNear();
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
