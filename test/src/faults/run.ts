// npm run test:faults -- [--events 200000] [--seed 1] [--seeds 1] [--json]
// Sends known events through a real broker while the collector is killed, frozen and robbed of its disk and the
// broker is restarted; then compares every event and every count with the truth. Exits 1 when anything differs.
import { parseArgs } from 'node:util';
import { noBroker } from '../support/kafka.js';
import { FAULTS } from './chaos.js';
import { runSeed, type SeedResult } from './seed.js';
import { openBroker } from './world.js';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
for (const name of ['events', 'seed', 'seeds'] as const)
  if (!Number.isSafeInteger(Number(values[name])) || Number(values[name]) < (name === 'seed' ? 0 : 1)) {
    process.stderr.write(`--${name} is a whole number, got ${values[name]}\n`);
    process.exit(2);
  }
const missing = noBroker();
if (missing) {
  process.stderr.write(`The fault run needs a real broker: ${missing}.\n`);
  process.exit(2);
}

const results: SeedResult[] = [];
const say = (text: string) => process.stderr.write(`${text}\n`);
const seeds = Number(values.seeds);
const shared = await openBroker();
try {
  for (let i = 0; i < seeds; i++) {
    const result = await runSeed(shared, Number(values.seed) + i, Number(values.events), say);
    results.push(result);
    say(`seed ${i + 1} of ${seeds}: ${JSON.stringify(result)}`);
  }
} finally {
  await shared.close();
}
const sum = (of: (result: SeedResult) => number) => results.reduce((total, result) => total + of(result), 0);
const report = {
  seeds: results.length,
  events: sum((result) => result.events),
  lost: sum((result) => result.lost),
  duplicated: sum((result) => result.duplicated),
  dead_letters_missing: sum((result) => result.dead_letters_missing),
  histogram_mismatches: sum((result) => result.histogram_mismatches),
  faults: Object.fromEntries(FAULTS.map((fault) => [fault, sum((result) => result.faults[fault])])),
  seconds: sum((result) => result.seconds),
};
const clean =
  report.lost === 0 &&
  report.duplicated === 0 &&
  report.dead_letters_missing === 0 &&
  report.histogram_mismatches === 0;
process.stdout.write(`${values.json ? JSON.stringify(report) : JSON.stringify(report, null, 2)}\n`);
process.exit(clean ? 0 : 1);
