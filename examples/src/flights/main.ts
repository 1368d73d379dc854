import { setTimeout as sleep } from 'node:timers/promises';
import { LeewayApi } from './api.js';
import { type DemoArguments, readArguments } from './arguments.js';
import { checkRun } from './check.js';
import { demoClock, nextMinute } from './clock.js';
import { faultSwitch } from './control.js';
import { httpSink } from './emit-http.js';
import { kafkaSink } from './emit-kafka.js';
import { MODEL } from './events.js';
import { KilometreFault } from './fault.js';
import { flightsFile, readFlights } from './flights.js';
import { Gate } from './gate.js';
import { sayProgress } from './progress.js';
import { pump, type Sent } from './pump.js';
import { replay } from './replay.js';
import { count, type Screen, screen } from './screen.js';
import { TRAINED_TO, trainModel, uploadBaseline } from './train.js';
import { settled, Watcher } from './watch.js';

/** History is 1 February to 16 March 2001: 720,980 flights. Live begins on the 17th and has data until July. */
const LIVE_FROM = Date.UTC(2001, 2, 17);
const DATA_ENDS = Date.UTC(2001, 6, 1);

const BATCH = 5_000;
/** The fault starts with the first full minute after this much live traffic. */
const HEALTHY_MS = 60_000;

/** When things happened, epoch ms; null = not yet. */
interface Moments {
  liveAt: number | null;
  faultAt: number | null;
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
// Started by the demo tool, there is a channel to it; when it is gone, so is the reason to go on.
process.on('disconnect', () => stop.abort());

await main(readArguments(process.argv.slice(2), Date.now())).catch((error: Error) => {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  process.stderr.write(`the flights could not be sent: ${error.message}${cause}\n`);
  process.exit(1);
});
// A connection that lingers must not keep a finished demo alive.
process.exit();

async function main(options: DemoArguments): Promise<void> {
  const out = screen(options.startedAt);
  const api = new LeewayApi(`${options.collector}/api/v1`);
  const page = `${options.dashboard}/models/${MODEL}?from=now-1h`;

  out.say('training: mean delay by origin and hour, and a slope on distance, on the flights of January 2001');
  const { model, january } = await trainModel(flightsFile());
  const baseline = await uploadBaseline(api, model, january);
  out.say(`baseline: ${count(baseline.rows)} flights of January, ${baseline.signal_count} signals`);
  january.length = 0;

  const clock = demoClock(LIVE_FROM, Date.now());
  const historyFrom = clock.wall(TRAINED_TO);
  const fault = new KilometreFault();
  const control = await faultSwitch(fault, options.controlPort, (on) => {
    out.say(
      `fault ${on ? 'on: distance goes out in kilometres from now on' : 'off: distance is in miles again'}`,
    );
  });
  const sent: Sent = { events: 0, labels: 0 };
  const moments: Moments = { liveAt: null, faultAt: null };
  const watcher = new Watcher(api, fault, out, page);
  const sink = await openSink(options, api);

  out.say(
    'the clock: one day of flights passes in one minute; a window is one minute, so one day of flights',
  );
  out.say(`history: 1 February to 16 March 2001, as fast as ${sink.name} takes it`);
  const endProgress = sayProgress(out, sent, moments, clock);
  const watching = watcher.watch(historyFrom, stop.signal);
  const flights = readFlights(flightsFile(), TRAINED_TO, DATA_ENDS);
  const onLive = (): void => {
    moments.liveAt = Date.now();
    out.say(`live: ${count(sent.events)} flights were history, now they come as the clock passes them`);
    out.say(`look at ${page}`);
    if (options.fault) void scheduleFault(fault, moments, out, control.url);
  };
  const deliveries = replay({
    flights,
    model,
    clock,
    fault,
    batch: BATCH,
    now: Date.now,
    signal: stop.signal,
    onLive,
  });
  const gate = new Gate();
  const sending = pump(deliveries, sink, sent, gate);

  try {
    if (options.check) {
      await Promise.race([sending, settled(watcher.seen, moments, options.fault, stop.signal)]);
      if (stop.signal.aborted) throw new Error('the check was interrupted');
      await Promise.race([sending, gate.hold()]);
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
      // The traffic goes on: without it the last window would be a part of a day, and drift by itself.
      gate.release();
      while (options.linger && !stop.signal.aborted)
        await sleep(1_000, undefined, { signal: stop.signal }).catch(() => {});
    } else {
      await sending;
      if (!stop.signal.aborted) out.say('the flights of 2001 have all departed; Ctrl-C ends the demo');
      while (!stop.signal.aborted) await sleep(1_000, undefined, { signal: stop.signal }).catch(() => {});
    }
  } finally {
    stop.abort();
    gate.release();
    endProgress();
    control.close();
    await watching;
    // What is on its way arrives before the connection closes; why it failed was told above.
    await sending.catch(() => {});
    await sink.close();
    if (process.connected) process.disconnect();
  }
}

function openSink(options: DemoArguments, api: LeewayApi) {
  const run = `demo-${options.startedAt}`;
  return options.brokers.length > 0
    ? kafkaSink(options.brokers, options.topic, api, run)
    : httpSink(api.base, run);
}

/** Events of the first full minute after some healthy traffic, and of all later ones, get the fault. */
async function scheduleFault(
  fault: KilometreFault,
  moments: Moments,
  out: Screen,
  control: string,
): Promise<void> {
  const at = nextMinute(Date.now() + HEALTHY_MS);
  const seconds = Math.round((at - Date.now()) / 1_000);
  out.say(
    `in ${seconds} s a deliberate fault starts; to switch it: curl -X POST ${control}/on or ${control}/off`,
  );
  fault.switchOn(at);
  await sleep(at - Date.now(), undefined, { signal: stop.signal }).catch(() => {});
  if (stop.signal.aborted || fault.since === null) return;
  moments.faultAt = fault.since;
  out.say('FAULT: the upstream service now sends distance in kilometres instead of miles');
}
