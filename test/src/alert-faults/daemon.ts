import { createInterface } from 'node:readline';
import { DEFAULT_SETTINGS, type Verdict } from '@leeway/contract';
import { pino } from 'pino';
import { createAlertRoom } from '../../../apps/collector/src/alert/room.js';
import { openStore } from '../../../apps/collector/src/store/open.js';

/*
 * A small daemon of real parts: the alert room on the store's journal (chDB on disk). What the world looks like
 * comes as lines of JSON on stdin: `{ "open": dataDir, … }` first, then `{ "signals": { name: psi } }`.
 * Everything is evaluated every few milliseconds, so that a kill finds it anywhere in its work.
 */
interface Open {
  open: string;
  alertFile: string;
  rulesPath: string;
  everyMs: number;
}
type Line = Open | { signals: Record<string, number> };

const MODEL = 'faulty';
let signals: Record<string, number> = {};

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as Line;
  if ('signals' in line) signals = line.signals;
  else await open(line);
}
process.exit(0);

async function open({ open: dataDir, alertFile, rulesPath, everyMs }: Open): Promise<void> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  const store = await openStore({ dataDir, memoryMib: 256 }, log);
  const room = createAlertRoom({
    journal: store.journal,
    facts: {
      ...store.facts,
      lastEvent: async () => null,
      firstEvent: async () => null,
      models: () => [{ model: MODEL, settings: DEFAULT_SETTINGS, baseline: null }],
    },
    log,
    now: Date.now,
    publicUrl: 'http://127.0.0.1:3000',
    alertFile,
    rulesPath,
    env: {},
    dispatchMs: 10,
  });
  await room.start();
  process.stdout.write('ready\n');
  void evaluate(room, everyMs);
}

async function evaluate(room: ReturnType<typeof createAlertRoom>, everyMs: number): Promise<never> {
  for (;;) {
    const now = Date.now();
    const verdicts = Object.entries(signals).map(([signal, psi]) => verdict(signal, psi, now));
    await room.judged(MODEL, verdicts, now);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function verdict(signal: string, psi: number, now: number): Verdict {
  const iso = (at: number) => new Date(at).toISOString();
  return {
    model: MODEL,
    version: '1',
    segment: '',
    signal,
    kind: 'numeric',
    role: 'feature',
    baseline: 'b',
    window_start: iso(now - 60_000),
    window_end: iso(now),
    evaluated_at: iso(now),
    historical: false,
    n_baseline: 10_000,
    n_current: 5_000,
    psi,
    psi_debiased: psi,
    js_divergence: null,
    js_distance: null,
    ks_low: null,
    ks_high: null,
    chi2: null,
    dof: null,
    p_value: null,
    q_value: null,
    phi: 1,
    reference: 'all',
    missing_baseline: 0,
    missing_current: 0,
    unseen_share: 0,
    out_of_range_share: 0,
    verdict: psi > 0.2 ? 'significant' : 'stable',
    reason: `PSI ${psi} on 5,000 events`,
    rows_needed: 310,
    direction: null,
    sequential: null,
  };
}
