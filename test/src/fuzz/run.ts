// npm run test:fuzz -- [--messages 1000000] [--seed 1] [--json]
// Sends malformed and half-valid messages of every JSON format through a real broker into the real collector, and asks
// the store what became of each: stored, dead-lettered, or knowingly passed over. Exits 1 when one left no trace, when the
// collector ended by itself, or when a stored event is not counted.
import { parseArgs } from 'node:util';
import { noBroker } from '../support/kafka.js';
import { fuzz, isClean } from './account.js';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [messages, seed] = [Number(values.messages), Number(values.seed)];
if (!Number.isSafeInteger(messages) || messages < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('--messages is a whole number above 0, --seed a whole number\n');
  process.exit(2);
}
const missing = noBroker();
if (missing) {
  process.stderr.write(`The fuzz run needs a real broker: ${missing}.\n`);
  process.exit(2);
}
const result = await fuzz(messages, seed, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(`${JSON.stringify(result, null, values.json ? undefined : 2)}\n`);
const { stored, stored_in_part: part, dead_lettered: dead, passed_over: passed } = result;
process.stderr.write(
  `${stored} stored + ${part} stored in part + ${dead} dead-lettered + ${passed} passed over = ${stored + part + dead + passed} of ${messages} sent\n`,
);
process.exit(isClean(result) ? 0 : 1);
