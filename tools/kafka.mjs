// npm run kafka [-- --port 9092 --data DIR --partitions 4 --home KAFKA]
// A real Apache Kafka for development; Ctrl-C stops it. Without --data its log lives in .cache/kafka/data.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startKafka } from './kafka/broker.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9092' },
    data: { type: 'string' },
    partitions: { type: 'string', default: '4' },
    home: { type: 'string' },
  },
});
const repository = join(dirname(fileURLToPath(import.meta.url)), '..');

try {
  const broker = await startKafka({
    port: Number(values.port),
    partitions: Number(values.partitions),
    home: values.home,
    dataDir: values.data ? resolve(values.data) : join(repository, '.cache', 'kafka', 'data'),
  });
  process.stdout.write(
    `Kafka is ready on ${broker.brokers[0]} (log in ${broker.dataDir}). Ctrl-C stops it.\n` +
      `Point the collector at it with KAFKA_BROKERS=${broker.brokers[0]}\n`,
  );
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      broker.stop().then(() => process.exit(0));
    });
  }
  broker.ended.then(() => {
    if (!stopping) {
      process.stderr.write('Kafka ended by itself; see kafka.out in its data folder.\n');
      process.exit(1);
    }
  });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
