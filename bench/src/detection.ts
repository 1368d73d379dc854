// npm run bench:detection -- [--json] [--quick]: false alerts and power of the verdicts, by simulation.
import { parseArgs } from 'node:util';
import { flightsReport } from './detection-flights.js';
import { sequentialDelay, sequentialFalseAlarms } from './detection-sequential.js';
import { shiftForPsi, stretchForPsi } from './detection-shift.js';
import { type FalseAlerts, falseAlertsPerDay, mixedFalseAlertsPerDay, power } from './detection-windows.js';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});
const scale = values.quick ? 0.1 : 1;
const times = (n: number) => Math.max(1, Math.round(n * scale));
const started = performance.now();
const note = (text: string) => {
  if (!values.json) process.stdout.write(`${text}\n`);
};

const METHODS = ['leeway', 'psi_0_1', 'psi_0_2', 'js_0_1', 'ks_0_05'] as const;
/** Rows a window → days simulated. Fewer where windows are large: there the effect gate leaves nothing to count. */
const DAYS: Record<number, number> = { 50: 150, 100: 150, 200: 150, 500: 60, 1000: 30, 10000: 3 };

const falseAlerts = Object.fromEntries(METHODS.map((method) => [method, {}])) as Record<
  keyof FalseAlerts,
  Record<string, number>
>;
const mixed: Record<string, number> = {};
for (const [rows, days] of Object.entries(DAYS)) {
  const counted = falseAlertsPerDay(Number(rows), times(days), 1000 + Number(rows));
  for (const method of METHODS) falseAlerts[method][rows] = round(counted[method]);
  mixed[rows] = round(mixedFalseAlertsPerDay(Number(rows), times(days / 2.5), 2000 + Number(rows)));
  note(
    `no drift, ${rows} rows: false alerts a day ${METHODS.map((m) => `${m} ${falseAlerts[m][rows]}`).join(', ')}; leeway on mixed features ${mixed[rows]}`,
  );
}

const powers: Record<string, Record<string, number>> = {};
const spreadPowers: Record<string, Record<string, number>> = {};
for (const psi of [0.1, 0.2, 0.5]) {
  const drifts = [
    { into: powers, name: 'a shift', drift: { shift: shiftForPsi(psi), stretch: 1 }, trials: 400 },
    {
      into: spreadPowers,
      name: 'a wider spread',
      drift: { shift: 0, stretch: stretchForPsi(psi) },
      trials: 200,
    },
  ];
  for (const { into, name, drift, trials } of drifts) {
    const byRows: Record<string, number> = {};
    for (const rows of [50, 100, 200, 500, 1000, 10000]) {
      byRows[rows] = round(power(rows, drift, times(rows >= 10000 ? 40 : trials), 3000 + rows));
    }
    into[psi] = byRows;
    note(`true PSI ${psi} by ${name}: seen in one window ${JSON.stringify(byRows)}`);
  }
}

const sequential = {
  false_alarms_per_month: {} as Record<string, number>,
  median_delay_windows: {} as Record<string, number>,
};
for (const [rows, months] of [
  [50, 10],
  [200, 6],
  [1000, 2],
] as const) {
  sequential.false_alarms_per_month[rows] = round(sequentialFalseAlarms(rows, times(months), 4000 + rows));
  sequential.median_delay_windows[rows] = sequentialDelay(rows, shiftForPsi(0.1), times(200), 5000 + rows);
  note(
    `sequential, ${rows} rows: ${sequential.false_alarms_per_month[rows]} false alarms in a 50-feature month, PSI 0.1 seen after ${sequential.median_delay_windows[rows]} windows`,
  );
}

const flights = flightsReport(values.quick ? 400 : 5000);
note(`flights of January, random blocks: ${JSON.stringify(flights.random_blocks)}`);
note(`flights of January, hours in time order: ${JSON.stringify(flights.time_order)}`);

const result = {
  false_alerts_per_day: falseAlerts,
  false_alerts_per_day_mixed_features: { leeway: mixed },
  power: powers,
  power_wider_spread: spreadPowers,
  sequential,
  flights,
  simulated: {
    days: Object.fromEntries(Object.entries(DAYS).map(([rows, days]) => [rows, times(days)])),
    quick: values.quick,
    seconds: Math.round((performance.now() - started) / 1000),
  },
};
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);

function round(x: number): number {
  return Math.round(x * 10_000) / 10_000;
}
