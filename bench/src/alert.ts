import { parseArgs } from 'node:util';
import { measureLatency } from './alert-latency.js';
import { measureRules } from './alert-rules.js';

/*
 * npm run bench:alert -- [--json] [--faults 60] [--models 1000] [--signals 50] [--rounds 3]
 *
 * How long from the produce of a bad event into a real Kafka broker (needs Java) to somebody being told, and what it
 * costs to evaluate the default rules over a fleet.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    faults: { type: 'string', default: '60' },
    models: { type: 'string', default: '1000' },
    signals: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});

const latency = values.only === 'rules' ? null : await measureLatency(Number(values.faults));
const evaluation =
  values.only === 'latency'
    ? null
    : await measureRules(Number(values.models), Number(values.signals), Number(values.rounds));
const report = { ...latency, ...(evaluation && { evaluation }) };
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, null, 2)}\n`);
const missed =
  latency === null ? 0 : latency.faults - latency.heard + latency.drift.faults - latency.drift.heard;
if (missed > 0) process.stderr.write(`${missed} faults were never heard of\n`);
process.exit(missed > 0 ? 1 : 0);
