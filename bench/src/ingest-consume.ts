// A process of its own: kafkajs reading the topic and doing nothing but JSON.parse. Prints events a second.
import { Kafka, logLevel } from 'kafkajs';

const [brokers, topic, count] = process.argv.slice(2);
const events = Number(count);
const kafka = new Kafka({ brokers: brokers!.split(','), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: `parse-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 250 });
await consumer.connect();
await consumer.subscribe({ topics: [topic!], fromBeginning: true });
let seen = 0;
let began = 0;
/** Something of every event is used, so that nothing is optimised away. */
let times = 0;
await new Promise<void>((resolve, reject) => {
  consumer
    .run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        if (began === 0) began = performance.now();
        for (const message of batch.messages) {
          const event = JSON.parse(message.value!.toString()) as { ts: number };
          times += event.ts;
        }
        seen += batch.messages.length;
        if (seen >= events) resolve();
      },
    })
    .catch(reject);
});
const seconds = (performance.now() - began) / 1_000;
await consumer.disconnect();
process.stdout.write(`${JSON.stringify({ per_second: Math.round(seen / seconds), checked: times > 0 })}\n`);
process.exit(0);
