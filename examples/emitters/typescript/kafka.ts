// Sends prediction events to Kafka with kafkajs. npx tsx kafka.ts [localhost:9092] [leeway.events]
import { Kafka } from 'kafkajs';

const [broker = 'localhost:9092', topic = 'leeway.events'] = process.argv.slice(2);
const producer = new Kafka({ clientId: 'my-service', brokers: [broker] }).producer({ idempotent: true });
await producer.connect();
await producer.send({
  topic,
  messages: Array.from({ length: 100 }, (_, i) => ({
    // Events of one model with one key stay in order; without a key they spread over the partitions.
    value: JSON.stringify({
      model: 'churn',
      version: '2026-01',
      id: crypto.randomUUID(),
      ts: Date.now(),
      features: { tenure_months: i % 60, plan: i % 3 === 0 ? 'gold' : 'basic', autopay: i % 2 === 0 },
      prediction: i % 4 === 0 ? 'leaves' : 'stays',
      score: (i % 100) / 100,
      latency_ms: 8 + (i % 7),
    }),
  })),
});
await producer.disconnect();
console.log(`sent 100 events to ${topic}`);
