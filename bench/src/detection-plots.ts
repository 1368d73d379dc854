// node tools/run-ts.mjs bench/src/detection-plots.ts RESULT.json: draws docs/statistics/*.svg from bench:detection --json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sequentialStart, sequentialStep } from '@leeway/stats';
import { type Line, lineChart } from './detection-chart.js';
import { normalFeature } from './detection-features.js';
import { random } from './detection-random.js';
import { shiftForPsi } from './detection-shift.js';

type ByRows = Record<string, number>;

const [file] = process.argv.slice(2);
if (file === undefined)
  throw new Error('usage: detection-plots.ts RESULT.json (the output of bench:detection --json)');
const result = JSON.parse(readFileSync(resolve(process.env.INIT_CWD ?? process.cwd(), file), 'utf8')) as {
  false_alerts_per_day: Record<string, ByRows>;
  power: Record<string, ByRows>;
};
const folder = fileURLToPath(new URL('../../docs/statistics/', import.meta.url));
mkdirSync(folder, { recursive: true });

const points = (byRows: ByRows) =>
  Object.entries(byRows).map(([rows, y]): [number, number] => [Number(rows), y]);

const NAMES: Record<string, string> = {
  leeway: 'Leeway',
  psi_0_1: 'PSI > 0.1',
  psi_0_2: 'PSI > 0.2',
  js_0_1: 'JS distance > 0.1',
  ks_0_05: 'KS p < 0.05',
};
save('false-alerts.svg', {
  title: 'False alerts a day without drift (50 features, hourly windows)',
  x: { label: 'rows a window', log: true },
  y: { label: 'alerts a day', log: true, floor: 0.01 },
  lines: Object.entries(result.false_alerts_per_day).map(([method, byRows]) => ({
    name: NAMES[method] ?? method,
    points: points(byRows),
  })),
});
save('power.svg', {
  title: 'Chance of seeing a drift in one window (1 of 50 features drifts)',
  x: { label: 'rows a window', log: true },
  y: { label: 'seen', log: false, top: 1 },
  lines: Object.entries(result.power).map(([psi, byRows]) => ({
    name: `true PSI ${psi}`,
    points: points(byRows),
  })),
});

/** Evidence of the sequential detector over three days of 50-row windows; the drift starts after the second. */
function evidence(name: string, shift: number, seed: number): Line {
  const rng = random(seed);
  const feature = normalFeature(rng);
  let state = sequentialStart(feature.spec, feature.baseline);
  const trace: [number, number][] = [];
  for (let hour = 1; hour <= 72; hour++) {
    const { counts } = feature.draw(50, hour > 48 ? shift : 0);
    state = sequentialStep(state, counts, new Date(hour * 3_600_000).toISOString());
    trace.push([hour, state.log_evidence ?? 0]);
  }
  return { name, points: trace };
}
save('sequential.svg', {
  title: 'Evidence of the sequential detector, 50 rows an hour, drift from hour 48',
  x: { label: 'hour', log: false },
  y: { label: 'ln evidence (alarm at 10)', log: false },
  lines: [
    evidence('no drift', 0, 11),
    evidence('true PSI 0.1', shiftForPsi(0.1), 12),
    evidence('true PSI 0.2', shiftForPsi(0.2), 13),
    {
      name: 'threshold',
      points: [
        [1, 10],
        [72, 10],
      ],
    },
  ],
});

function save(name: string, chart: Parameters<typeof lineChart>[0]): void {
  writeFileSync(`${folder}${name}`, lineChart(chart));
}
