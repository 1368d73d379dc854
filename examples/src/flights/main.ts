import { setTimeout as sleep } from 'node:timers/promises';
import { LeewayApi } from './api.js';
import { type DemoArguments, readArguments } from './arguments.js';
import { checkRun } from './check.js';
import { type DemoClock, demoClock, nextMinute } from './clock.js';
import { faultSwitch } from './control.js';
import { httpSink } from './emit-http.js';
import { kafkaSink } from './emit-kafka.js';
import { MODEL } from './events.js';
import { KilometreFault } from './fault.js';
import { flightsFile, readFlights } from './flights.js';
import { pump, type Sent } from './pump.js';
import { replay } from './replay.js';
import { count, type Screen, screen } from './screen.js';
import { TRAINED_TO, trainModel, uploadBaseline } from './train.js';
import { Watcher } from './watch.js';

/** History is 1 February to 16 March 2001: 720,980 flights. Live begins on the 17th and has data until July. */
const LIVE_FROM = Date.UTC(2001, 2, 17);
const DATA_ENDS = Date.UTC(2001, 6, 1);

const BATCH = 5_000;
/** The fault starts with the first full minute after this much live traffic. */
const HEALTHY_MS = 60_000;
/** `--check` gives up this long after the fault. */
const CHECK_PATIENCE_MS = 240_000;
const LOOK_EVERY_MS = 1_000;

await main(readArguments(process.argv.slice(2), Date.now())).catch((error: Error) => {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  process.stderr.write(`the flights could not be sent: ${error.message}${cause}\n`);
  process.exit(1);
});

async function main(options: DemoArguments): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  // Started by the demo tool, there is a channel to it; when it is gone, so is the reason to go on.
  process.on('disconnect', () => stop.abort());

  const { say } = screen(options.startedAt);
  const api = new LeewayApi(`${options.collector}/api/v1`);
  const page = `${options.dashboard}/models/${MODEL}?from=now-1h`;

  say('training: mean delay by origin and hour, and a slope on distance, on the flights of January 2001');
  const { model, january } = await trainModel(flightsFile());
  const baseline = await uploadBaseline(api, model, january);
  say(`baseline: ${count(baseline.rows)} flights of January, ${baseline.signal_count} signals`);
  january.length = 0;

  const clock = demoClock(LIVE_FROM, Date.now());
  const historyFrom = clock.wall(TRAINED_TO);
  const fault = new KilometreFault();
  const control = await faultSwitch(fault, options.controlPort, (on) =>
    say(
      `fault switched ${on ? 'on: distance is sent in kilometres from now on' : 'off: distance is in miles again'}`,
    ),
  );
  // The demo tool passes its terminal's key on.
  process.on('message', (message) => {
    if (message !== 'switch-fault') return;
    const path = fault.since === null ? 'on' : 'off';
    fetch(`${control.url}/${path}`, { method: 'POST' }).catch((error: Error) => say(error.message));
  });
  const run = `demo-${options.startedAt}`;
  const sink =
    options.brokers.length > 0
      ? await kafkaSink(options.brokers, options.topic, api.base, run)
      : httpSink(api.base, run);
  const watcher = new Watcher(api, fault, { say }, page);
  const sent: Sent = { events: 0, labels: 0 };
  const moments = { liveAt: null as number | null, faultAt: null as number | null };

  say(
    `the clock: one day of flights passes in one minute; a window is one minute, which is one day of flights`,
  );
  say(`history: 1 February to 16 March, as fast as ${sink.name} takes it`);
  const watching = watch(watcher, historyFrom, stop.signal);
  const progress = reporter({ say }, sent, moments, clock);
  const ending = pump(
    replay({
      flights: readFlights(flightsFile(), TRAINED_TO, DATA_ENDS),
      model,
      clock,
      fault,
      batch: BATCH,
      now: Date.now,
      signal: stop.signal,
      onLive: () => goLive(),
    }),
    sink,
    sent,
    () => {},
  );

  function goLive(): void {
    moments.liveAt = Date.now();
    say(`live: ${count(sent.events)} flights are history, now they come as the clock passes them`);
    say(`look at ${page}`);
    if (!options.fault) return;
    const at = nextMinute(Date.now() + HEALTHY_MS);
    say(
      `in ${Math.round((at - Date.now()) / 1_000)} s a deliberate fault starts (switch: curl -X POST ${control.url}/on or /off)`,
    );
    fault.switchOn(at);
    sleep(at - Date.now(), undefined, { signal: stop.signal }).then(
      () => {
        moments.faultAt = at;
        say('FAULT: the upstream service now sends distance in kilometres instead of miles');
      },
      () => {},
    );
  }

  try {
    if (options.check) {
      await Promise.race([ending, settled(watcher, moments, options.fault, stop.signal)]);
      if (stop.signal.aborted) throw new Error('the check was interrupted');
      stop.abort();
      await ending;
      const report = await checkRun({
        api,
        transport: sink.name.toLowerCase(),
        sent,
        seen: watcher.seen,
        startedAt: options.startedAt,
        historyFrom,
        fault: options.fault,
        ...moments,
      });
      process.stdout.write(`${JSON.stringify(report)}\n`);
      process.exitCode = report.ok ? 0 : 1;
      if (options.linger) await new Promise((done) => process.once('disconnect', done).once('SIGTERM', done));
    } else {
      await ending;
      if (!stop.signal.aborted) say('the flights of 2001 have all departed; Ctrl-C ends the demo');
      await new Promise<void>((done) => {
        if (stop.signal.aborted) done();
        else stop.signal.addEventListener('abort', () => done());
      });
    }
  } finally {
    stop.abort();
    clearInterval(progress);
    control.server.close();
    await watching;
    await sink.close();
    if (process.connected) process.disconnect();
  }
}

/** Looks again and again until the end; a look that fails is repeated, and one that keeps failing is told. */
async function watch(watcher: Watcher, historyFrom: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await watcher.look(historyFrom).catch(() => {});
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** Resolves when the check has seen all it waits for, or has waited long enough. */
async function settled(
  watcher: Watcher,
  moments: { faultAt: number | null; liveAt: number | null },
  withFault: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { significantAt, firedAt } = watcher.seen;
    if (signal.aborted || (significantAt !== null && firedAt !== null)) return;
    const since = withFault ? moments.faultAt : moments.liveAt;
    if (since !== null && Date.now() > since + CHECK_PATIENCE_MS) return;
    await sleep(200, undefined, { signal }).catch(() => {});
  }
}

/** Says every few seconds how far history is, and every minute how live goes. */
function reporter(
  out: Screen,
  sent: Sent,
  moments: { liveAt: number | null },
  clock: DemoClock,
): NodeJS.Timeout {
  let before = 0;
  let ticks = 0;
  return setInterval(() => {
    ticks += 1;
    if (moments.liveAt === null) {
      out.say(
        `history: ${count(sent.events)} flights, ${count(Math.round((sent.events - before) / 5))} a second`,
      );
    } else if (ticks % 12 === 0) {
      const day = new Date(clock.flight(Date.now())).toISOString().slice(0, 16).replace('T', ' ');
      out.say(`live: ${day} of 2001, ${count(sent.events)} flights and ${count(sent.labels)} labels sent`);
    }
    before = sent.events;
  }, 5_000);
}
