import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Daemon } from './process.js';
import { seeded } from './random.js';
import { FOR_MS, World } from './world.js';

/*
 * npm run test:alert-faults -- [--seeds 200] [--json] [--first-seed 1]
 *
 * Kills the daemon with SIGKILL at one seeded moment a seed and starts it again on the same journal, while signals
 * turn bad and good all the time and the receiver hears of it. Nothing may be missed, nothing resolved that is
 * bad, and a message may only come twice with the same key.
 */
const SETTLE_MS = 60_000;
const PARALLEL = 6;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    'first-seed': { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.seeds);
const random = seeded(Number(values['first-seed']) * 7_919);
const world = new World(random, PARALLEL);
const started = Date.now();
const dir = await mkdtemp(join(tmpdir(), 'leeway-alert-faults-'));

/** Half of the answers are slow and some fail, so that kills also land while a message is on its way. */
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (part: Buffer) => {
    text += part.toString();
  });
  request.on('end', () => {
    const message = JSON.parse(text) as { status: 'firing' | 'resolved'; signals: { signal: string }[] };
    const fails = random() < 0.05;
    const answer = () => {
      response.statusCode = fails ? 503 : 200;
      response.end();
    };
    if (!fails) {
      const key = String(request.headers['webhook-id']);
      world.heard({ key, status: message.status, signal: message.signals[0]!.signal, at: Date.now() });
    }
    if (random() < 0.5) setTimeout(answer, random() * 150);
    else answer();
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const alertFile = join(dir, 'alerts.yaml');
const rulesPath = join(dir, 'rules.yaml');
await writeFile(
  alertFile,
  `receivers: [{ name: sink, kind: webhook, url: "${url}/" }]
route: { receiver: sink, group_by: [signal], group_wait: 50ms, group_interval: 100ms }
allow_addresses: [127.0.0.1]
delivery: { max_backoff: 1s, timeout: 5s }
`,
);
await writeFile(
  rulesPath,
  `rules:
  - { name: drift-significant, signal: drift.psi, condition: "> 0.2", for: ${FOR_MS}ms, keep_firing_for: ${FOR_MS}ms, severity: critical }
  - { name: drift-moderate, signal: drift.psi, condition: "> 0.1", enabled: false }
`,
);
const options = { open: join(dir, 'data'), alertFile, rulesPath, everyMs: 20 };

let daemon = new Daemon();
let spare = new Daemon();
const phases: Record<string, number> = { pending: 0, notifying: 0, firing: 0, resolving: 0, resolved: 0 };
let killed = 0;
try {
  await daemon.open(options);
  daemon.send({ signals: world.signals() });
  for (; killed < kills; killed++) {
    await live(100 + random() * 900, false);
    for (const phase of world.phases(Date.now())) phases[phase]! += 1;
    await daemon.kill();
    daemon = spare;
    spare = new Daemon();
    await daemon.open(options);
    daemon.send({ signals: world.signals() });
    if (!values.json && (killed + 1) % 20 === 0) process.stderr.write(`${killed + 1} kills\n`);
  }
  const end = Date.now() + SETTLE_MS;
  while (world.openEpisodes > 0 && Date.now() < end) await live(100, true);
  // Whatever would still come, comes now.
  await live(2_000, true);
} finally {
  await Promise.all([daemon.kill(), spare.kill()]);
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true, force: true });
}

const findings = world.findings();
const report = {
  kills: killed,
  ...findings,
  kills_by_phase: phases,
  seconds: Math.round((Date.now() - started) / 1_000),
};
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, null, 2)}\n`);
const clean =
  findings.missed === 0 && findings.spurious_resolved === 0 && findings.duplicates_without_same_key === 0;
if (!clean && daemon.errors) process.stderr.write(daemon.errors);
process.exitCode = clean && killed === kills ? 0 : 1;

/** Lets the world go on for `ms` and tells the daemon of its changes. */
async function live(ms: number, ending: boolean): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    if (world.tick(Date.now(), ending)) daemon.send({ signals: world.signals() });
    await sleep(10);
  }
}
