import type { Logger } from 'pino';
import { createAlertRoom } from './alert/room.js';
import { createPlanSource } from './baseline/plan-source.js';
import { openBaselineRoom } from './baseline/room.js';
import type { Config, Environment } from './config.js';
import { openEvaluateRoom } from './evaluate/room.js';
import type { ArrivalListener } from './ingest/ports.js';
import { startIntake } from './intake.js';
import { createLastEvents } from './last-events.js';
import { openModelBook } from './models.js';
import { followPeers } from './peers.js';
import { listen, openUploads, watchLoopLag, within } from './process-parts.js';
import { cachedFigures } from './serve/figures.js';
import { createMetrics } from './serve/metrics.js';
import { createServer } from './serve/server.js';
import { createStreamHub } from './serve/stream.js';
import { becomeSoleEvaluator, evaluatorName } from './sole-evaluator.js';
import { openLease } from './store/lease.js';
import { openStore } from './store/open.js';

/** How often operational rules are looked at, ms. */
const TICK_MS = 1_000;

export interface App {
  /** Address of the API, e.g. `http://127.0.0.1:8787`. */
  url: string;
  /** Resolves when the process must end: a source that can't go on, for its supervisor to start anew. */
  failed: Promise<Error>;
  /** Reads rules and the alert file anew; what has errors is not taken. */
  reload(): Promise<void>;
  /** Finishes what is under way and closes everything. False when the deadline came first. */
  stop(): Promise<boolean>;
}

interface About {
  version: string;
  env: Environment;
  /** Ends the wait for something before the start. */
  signal: AbortSignal;
}

/** Things to close, newest first. */
type Opened = (close: () => unknown) => void;

/** Opens the rooms and joins them. Throws when one can't be opened; what was opened before is closed again. */
export async function startApp(config: Config, log: Logger, about: About): Promise<App> {
  const opened: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse())
      try {
        await close();
      } catch (error) {
        log.error({ err: error }, 'closing failed');
      }
  };
  try {
    const { url, failed, reload } = await joinRooms(config, log, about, (close) => opened.push(close));
    return { url, failed, reload, stop: () => within(config.drainMs, closeAll()) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function joinRooms(
  config: Config,
  log: Logger,
  about: About,
  opened: Opened,
): Promise<Pick<App, 'url' | 'failed' | 'reload'>> {
  const now = Date.now;
  const startedAt = now();
  const has = (role: Config['role']) => config.role === 'all' || config.role === role;
  const room = (name: string) => log.child({ room: name });
  let stopping = false;
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });

  const store = await openStore({ ...config.store }, room('store'));
  opened(() => store.close());
  const evaluates = has('evaluate');
  const lease =
    evaluates && store.mode === 'server'
      ? await openLease(store.lanes.journal, store.topology, {
          name: 'evaluate',
          holder: evaluatorName(),
          ttlMs: config.evaluate.leaseMs,
        })
      : null;
  if (lease) {
    await becomeSoleEvaluator(lease, {
      role: config.role,
      leaseMs: config.evaluate.leaseMs,
      log,
      signal: about.signal,
      lost: (error) => fail(error),
    });
    opened(() => lease.release());
  }
  const mayJudge = () => lease === null || lease.held();
  const uploads = await openUploads(config.store.dataDir);
  opened(uploads.remove);
  const stream = createStreamHub({ maxClients: config.http.streamClients });
  opened(() => stream.close());

  let plansChanged = () => {};
  let oldestInFlight = (): number | null => null;
  const models = await openModelBook({
    journal: store.journal,
    stored: () => store.reads.models(),
    now,
    changed: () => plansChanged(),
    mended: (model, fields) =>
      log.warn({ model, fields }, 'stored settings were out of range; the nearest allowed values are used'),
    overflow: (model) =>
      log.warn({ model }, 'more models than can be listed: this one and further ones are stored, not judged'),
  });
  const baselines = await openBaselineRoom({
    store: store.baselines,
    journal: store.journal,
    openFile: (path, name) => store.openFile(path, name),
    async rebin(model, progress) {
      await store.counting.rebin(model, progress);
      stream.publish({ kind: 'baselines', model });
    },
    oldestInFlight: () => oldestInFlight(),
    activated(model) {
      models.note(model);
      plansChanged();
      stream.publish({ kind: 'baselines', model });
    },
    logger: room('baseline'),
    clock: now,
  });
  opened(() => baselines.stop());
  for (const { model } of baselines.list()) models.note(model);
  const plans = createPlanSource({
    room: baselines,
    models: () => models.list(),
    segmentTags: (model) => models.settings(model).segment_tags,
  });
  plansChanged = () => plans.changed();
  oldestInFlight = () => plans.oldestInFlight();
  store.usePlans((model) => plans.current().models.get(model) ?? null);

  const lastEvents = createLastEvents(
    (names) => store.evaluation.spans(names),
    () => models.list(),
    now,
  );
  const unfinished = (state?: string) => state === 'running' || state === 'idle';
  const known = () => {
    const counting = new Set(
      baselines.list().flatMap((one) => (one.active && unfinished(one.rebin?.state) ? [one.model] : [])),
    );
    return models.list().map((model) => ({
      model,
      settings: models.settings(model),
      baseline: baselines.active(model),
      counting: counting.has(model),
    }));
  };

  const alerts = createAlertRoom({
    journal: store.journal,
    facts: {
      ...store.facts,
      models: known,
      lastEvent: (model) => lastEvents.of(model),
      firstEvent: async (model) => (await store.evaluation.spans([model])).get(model)?.first ?? null,
    },
    log: room('alert'),
    now,
    publicUrl: config.publicUrl,
    alertFile: config.alert.file,
    rulesPath: config.alert.rulesDir,
    env: about.env,
    changed: (model) => stream.publish({ kind: 'alerts', model }),
  });
  const lag = watchLoopLag();
  opened(lag.stop);
  const metrics = createMetrics({
    bounds: config.metrics,
    figures: cachedFigures(store.reads, models, now),
    alerts: () => (evaluates ? alerts.counts : null),
    streamClients: () => stream.clients,
    loopLagMs: lag.p99Ms,
    audit: () => (evaluates ? store.maintenance.status() : null),
  });

  if (evaluates) {
    await alerts.start();
    const timer = setInterval(() => {
      if (mayJudge()) void alerts.tick(now());
    }, TICK_MS);
    opened(() => {
      clearInterval(timer);
      return alerts.stop();
    });
  }

  const evaluate = evaluates
    ? openEvaluateRoom({
        store: store.evaluation,
        directory: { models: known },
        log: room('evaluate'),
        now,
        everyMs: config.evaluate.everyMs,
        catchUpMs: config.evaluate.catchUpMs,
        listener: {
          async judged(model, verdicts, at) {
            if (!mayJudge()) throw new Error('another collector evaluates now');
            metrics.judged(model, verdicts);
            await alerts.judged(model, verdicts, at);
            stream.publish({ kind: 'verdicts', model });
          },
        },
        onRun(report) {
          metrics.evaluated(report);
          for (const _model of report.failed) metrics.evaluationFailed();
        },
      })
    : null;
  if (evaluate) opened(() => evaluate.stop());

  const arrived: ArrivalListener['arrived'] = (model, version, fromMinute, toMinute) => {
    models.note(model);
    lastEvents.arrived(model, now());
    evaluate?.arrived(model, version, fromMinute, toMinute);
    stream.publish({ kind: 'ingest', model });
  };
  // Verdicts that were reached with the wrong counts are reached again.
  store.onRepair((model, from, to) => {
    evaluate?.arrived(model, '', from / 1_000, to / 1_000 - 60);
    stream.publish({ kind: 'ingest', model });
  });
  if (store.mode === 'server')
    opened(
      followPeers({
        log,
        now,
        refresh: [() => models.refresh(), () => baselines.refresh()],
        arrivals: {
          since: (at) => store.evaluation.arrivalsSince(at),
          arrived(...minutes) {
            arrived(...minutes);
            // Another process judges them: whoever looks on here should ask again.
            if (!evaluates)
              for (const kind of ['verdicts', 'alerts'] as const) stream.publish({ kind, model: minutes[0] });
          },
        },
      }),
    );

  const intake = has('ingest')
    ? startIntake(
        config,
        {
          plans,
          registry: store.features,
          store: store.batches,
          metrics: metrics.ingest,
          arrivals: {
            arrived(model, version, fromMinute, toMinute) {
              models.note(model);
              // By arrival, not by the event's own time: a model whose history is being loaded is not silent.
              lastEvents.arrived(model, now());
              evaluate?.arrived(model, version, fromMinute, toMinute);
              stream.publish({ kind: 'ingest', model });
            },
          },
          logger: room('ingest'),
          clock: now,
        },
        room('ingest'),
        (error) => fail(error),
      )
    : null;
  // The last part of the time is for leaving the consumer group, so that its partitions find a new owner at once.
  if (intake) opened(() => intake.stop(config.drainMs * 0.7));
  if (evaluates) {
    baselines.resume();
    store.maintenance.start();
    opened(() => store.maintenance.stop());
  }

  const server = createServer({
    version: about.version,
    startedAt,
    http: { ...config.http, uploadDir: uploads.path },
    log: room('serve'),
    now,
    reads: store.reads,
    store,
    models,
    baselines,
    changes: {
      async deploy({ model, at, version, text }) {
        await store.journal.append([{ at, kind: 'deploy', model, body: { version, text } }]);
      },
    },
    audit: (model, range, repair) => store.counting.audit(model, range, repair),
    ingest: intake,
    evaluate,
    alerts: evaluates ? alerts.counts : null,
    alertRoutes: alerts.routes,
    evaluateUrl: config.evaluate.url,
    metrics,
    stream,
    notReady: () => (stopping ? 'the collector is stopping' : null),
  });
  opened(() => {
    stopping = true;
    stream.close();
    return server.close();
  });
  const url = await listen(server, config.http);
  evaluate?.start();
  log.info(
    {
      url,
      docs: `${url}/api/v1/docs`,
      role: config.role,
      store: config.store.server?.url ?? `embedded in ${config.store.dataDir}`,
      kafka: config.kafka?.brokers ?? 'off',
      token: config.http.token === undefined ? 'none: this machine only' : 'required',
      models: models.list().length,
    },
    'Leeway is running',
  );
  return { url, failed, reload: async () => (evaluates ? alerts.reload() : undefined) };
}
