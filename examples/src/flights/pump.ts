import type { Gate } from './gate.js';
import type { Delivery } from './replay.js';
import type { Sink } from './sink.js';

/** Deliveries on their way at once: enough to keep the collector busy while the next one is being made. */
const IN_FLIGHT = 3;

export interface Sent {
  events: number;
  labels: number;
}

/**
 * Carries deliveries to a sink, a few at once, and counts what the sink has taken. Resolves when all are taken;
 * rejects with the first failure. A held `gate` stops it between two deliveries.
 */
export async function pump(
  deliveries: AsyncIterable<Delivery>,
  sink: Sink,
  sent: Sent,
  gate: Gate,
): Promise<void> {
  const onWay = new Set<Promise<void>>();
  let failure: unknown = null;
  for await (const delivery of deliveries) {
    await gate.pass(onWay);
    const task = carry(delivery, sink, sent)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => onWay.delete(task));
    onWay.add(task);
    if (onWay.size >= IN_FLIGHT) await Promise.race(onWay);
    if (failure) break;
  }
  await Promise.all(onWay);
  if (failure) throw failure;
}

async function carry(delivery: Delivery, sink: Sink, sent: Sent): Promise<void> {
  if (delivery.events.length > 0) await sink.events(delivery.events);
  sent.events += delivery.events.length;
  if (delivery.labels.length > 0) await sink.labels(delivery.labels);
  sent.labels += delivery.labels.length;
}
