import { createRequire } from 'node:module';
import { join } from 'node:path';
import { query } from 'chdb';
import { type Collector, eventually } from '../support/collector.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const KILOMETRES = 1.609344;
const LARGE = ['ATL', 'DFW', 'LAX', 'ORD'];

export const FLIGHTS = 'flight-delay';
/** Windows of production, one minute and one day of flights each; the last `FAULTY` have distance in kilometres. */
export const WINDOWS = 30;
export const FAULTY = 9;
/** So many of them lie ahead, as far as the collector lets a clock be fast: traffic goes on while a test looks. */
const AHEAD = 4;

interface Flight {
  day: number;
  hour: number;
  second: number;
  delay: number;
  distance: number;
  origin: string;
  destination: string;
}

/** One flight in `share` of January to early March 2001, in order of departure; the same ones every time. */
function readFlights(share: number): Flight[] {
  const folder = join(createRequire(import.meta.url).resolve('vega-datasets'), '..', '..');
  const file = join(folder, 'data', 'flights-3m.parquet').replaceAll("'", "\\'");
  const rows = String(
    query(
      `SELECT toUnixTimestamp(date) AS t, delay, distance, origin, destination FROM file('${file}', Parquet)
       WHERE date < '2001-03-03' AND cityHash64(date, delay, distance, origin, destination) % ${share} = 0
       ORDER BY date, origin, destination, delay`,
      'TSV',
    ),
  );
  const first = Date.UTC(2001, 0, 1) / 1_000;
  return rows
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [t = '', delay, distance, origin = '', destination = ''] = line.split('\t');
      const second = Number(t) - first;
      return {
        day: Math.floor(second / 86_400),
        hour: Math.floor((second % 86_400) / 3_600),
        second: second % 86_400,
        delay: Number(delay),
        distance: Number(distance),
        origin,
        destination,
      };
    });
}

/** Mean delay by hour of departure, as a service that predicts delays would have learnt it. */
function meanDelay(flights: readonly Flight[]): number[] {
  const sums = Array.from({ length: 24 }, () => ({ sum: 0, n: 0 }));
  for (const { hour, delay } of flights) {
    const at = sums[hour];
    if (at) {
      at.sum += delay;
      at.n += 1;
    }
  }
  return sums.map(({ sum, n }) => Math.round((100 * sum) / Math.max(1, n)) / 100);
}

/** Milliseconds that vary as a service's do, without chance: the same for the same flight. */
function latency({ second, distance }: Flight): number {
  return 4 + ((second * 7 + distance * 13) % 97) / 8;
}

/** January as the training file of the baseline. */
function trainingFile(january: readonly Flight[], means: readonly number[]): string {
  const lines = january.map((flight) => {
    const when = new Date(Date.UTC(2001, 0, 1) + flight.day * DAY + flight.second * 1_000).toISOString();
    return `${when},${flight.distance},${flight.origin},${flight.destination},${flight.hour},${means[flight.hour]},${flight.delay},${latency(flight)}`;
  });
  return `scheduled,distance,origin,destination,hour,predicted,delay,latency_ms\n${lines.join('\n')}\n`;
}

/** What the pages show, and files to upload. `from` is the start of the first window, epoch ms. */
export interface SeededFlights {
  from: number;
  training: string;
  events: number;
}

/**
 * Fills a collector with real flights: January is the baseline, February the half hour of production around `now`,
 * a day a minute. The last windows have distance in kilometres, the second half is version 2, large airports are
 * segments. Resolves once every window is judged and the alert fires.
 */
export async function seedFlights(collector: Collector, now: number): Promise<SeededFlights> {
  const flights = readFlights(12);
  const january = flights.filter(({ day }) => day < 31);
  const means = meanDelay(january);
  const training = trainingFile(january, means);
  const from = (Math.floor(now / MINUTE) + AHEAD - WINDOWS) * MINUTE;
  const model = `/models/${FLIGHTS}`;
  const form = new FormData();
  form.append(
    'options',
    JSON.stringify({
      name: 'January 2001',
      timestamp: 'scheduled',
      prediction: 'predicted',
      label: 'delay',
      latency: 'latency_ms',
    }),
  );
  form.append('file', new Blob([training]), 'flights-2001-01.csv');
  await must(collector.ask(`${model}/baselines`, { method: 'POST', body: form }), 201);
  const settings = { window_ms: MINUTE, step_ms: MINUTE, seasonal: false, segment_tags: ['hub'] };
  await must(collector.ask(`${model}/settings`, { method: 'PUT', json: settings }), 200);

  const sent = flights.filter(({ day }) => day >= 31 && day < 31 + WINDOWS);
  const events = sent.map((flight, index) => {
    const window = flight.day - 31;
    const faulty = window >= WINDOWS - FAULTY;
    return {
      model: FLIGHTS,
      version: window < WINDOWS / 2 ? '1' : '2',
      id: `flight-${index}`,
      ts: from + window * MINUTE + Math.floor((flight.second / 86_400) * MINUTE),
      features: {
        distance: faulty ? Math.round(flight.distance * KILOMETRES) : flight.distance,
        origin: flight.origin,
        destination: flight.destination,
        hour: flight.hour,
      },
      prediction: means[flight.hour],
      latency_ms: latency(flight),
      tags: { hub: LARGE.includes(flight.origin) ? flight.origin : 'other' },
    };
  });
  const labels = sent.flatMap(({ delay }, index) =>
    index % 10 === 0
      ? []
      : [{ model: FLIGHTS, id: `flight-${index}`, ts: events[index]?.ts ?? from, label: delay }],
  );
  await post(collector, '/events', events);
  await post(collector, '/labels', labels);
  await eventually(
    async () => {
      const { body } = await collector.ask<{ alerts: { signal: string | null; state: string }[] }>('/alerts');
      return body.alerts.some(({ signal, state }) => signal === 'distance' && state === 'firing');
    },
    60_000,
    'the alert on distance',
  );
  return { from, training, events: events.length };
}

/** Posts rows in requests of 5,000 as NDJSON. */
export async function post(collector: Collector, path: string, rows: readonly object[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 5_000) {
    const batch = rows.slice(at, at + 5_000);
    const { status, body } = await collector.ask<{ accepted: number }>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: batch.map((row) => JSON.stringify(row)).join('\n'),
    });
    if (status >= 300 || body.accepted !== batch.length)
      throw new Error(`${path} answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
  }
}

async function must(answer: ReturnType<Collector['ask']>, status: number): Promise<void> {
  const got = await answer;
  if (got.status !== status)
    throw new Error(`expected ${status}, got ${got.status}: ${JSON.stringify(got.body)}`);
}
