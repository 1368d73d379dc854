import type { Producer } from 'kafkajs';

export interface Shape {
  numeric: number;
  categorical: number;
}

export const MODEL = 'bench';
const CITIES = ['berlin', 'hamburg', 'munich', 'cologne', 'frankfurt', 'bremen', 'leipzig', 'essen'];
/** Messages and bytes of one request: the broker takes at most a mebibyte. */
const BATCH = 500;
const BATCH_BYTES = 800_000;

/** A repeatable generator of numbers in [0, 1). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** Six-digit random numbers, which is what bytes on disk are compared on. */
function numberText(random: () => number): string {
  return (random() * 1_000).toFixed(3);
}

function padded(index: number): string {
  return String(index).padStart(2, '0');
}

/** A native event as an emitter writes it: about 600 bytes with 20 numeric features. */
export function messageOf(index: number, start: number, shape: Shape, random: () => number): string {
  const features: string[] = [];
  for (let i = 0; i < shape.numeric; i++) features.push(`"feature_${padded(i)}":${numberText(random)}`);
  for (let i = 0; i < shape.categorical; i++)
    features.push(`"city_${padded(i)}":"${CITIES[Math.floor(random() * CITIES.length)]}"`);
  return (
    `{"model":"${MODEL}","version":"v1","id":"evt-${String(index).padStart(12, '0')}","ts":${start + Math.floor(index / 40)},` +
    `"features":{${features.join(',')}},"prediction":${(random() * 10).toFixed(4)},` +
    `"score":${random().toFixed(4)},"latency_ms":${(random() * 100).toFixed(2)}}`
  );
}

/** Training data of the same distribution, as CSV. */
export function trainingCsv(shape: Shape): string {
  const random = randomOf(99);
  const names = [
    ...Array.from({ length: shape.numeric }, (_, i) => `feature_${padded(i)}`),
    ...Array.from({ length: shape.categorical }, (_, i) => `city_${padded(i)}`),
  ];
  const lines = [`${names.join(',')},prediction,score`];
  for (let row = 0; row < 10_000; row++) {
    const values = Array.from({ length: shape.numeric }, () => numberText(random));
    for (let i = 0; i < shape.categorical; i++) values.push(CITIES[Math.floor(random() * CITIES.length)]!);
    lines.push(`${values.join(',')},${(random() * 10).toFixed(4)},${random().toFixed(4)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Fills the topic with events numbered from `first` on; returns the mean bytes of a message. */
export async function fillTopic(
  producer: Producer,
  topic: string,
  partitions: number,
  events: number,
  shape: Shape,
  first = 0,
): Promise<number> {
  const random = randomOf(first + 1);
  const start = Date.now() - Math.ceil(events / 40) - 60_000;
  let bytes = 0;
  const batch = Math.min(BATCH, Math.floor(BATCH_BYTES / messageOf(0, start, shape, randomOf(1)).length));
  for (let i = 0; i < events; i += batch) {
    const messages = Array.from({ length: Math.min(batch, events - i) }, (_, k) => {
      const value = messageOf(first + i + k, start - Math.floor(first / 40), shape, random);
      bytes += value.length;
      return { value, partition: (i / batch) % partitions };
    });
    await producer.send({ topic, messages });
  }
  return bytes / events;
}
