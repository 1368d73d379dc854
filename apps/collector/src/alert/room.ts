import type { Verdict } from '@leeway/contract';
import type { Logger } from 'pino';
import type { AlertRoute } from './api/route.js';
import { alertRoutes } from './api/routes.js';
import { type CheckpointLimits, Checkpoints } from './checkpoint/checkpoint.js';
import { GatedJournal } from './checkpoint/gated-journal.js';
import { Enricher } from './incident/enricher.js';
import { Incidents } from './incident/incidents.js';
import { subjectKey } from './incident/subject.js';
import { DEFAULT_ALERT_CONFIG } from './notify/config.js';
import { Notifier } from './notify/notifier.js';
import { Silences } from './notify/silences.js';
import { Watcher } from './observe/watcher.js';
import type { AlertFacts, Journal } from './ports.js';
import { prune, replay } from './replay.js';
import { RuleBook } from './rules/book.js';
import { Settings } from './settings.js';
import { AlertBook } from './state/book.js';

export interface AlertRoomDeps {
  journal: Journal;
  facts: AlertFacts;
  log: Logger;
  now(): number;
  /** Where people reach the dashboard, without a trailing slash. */
  publicUrl: string;
  /** The alert file (receivers, routes …), null for the log only. */
  alertFile: string | null;
  /** Directory or file with rules, null for the built-in ones only. */
  rulesPath: string | null;
  /** For secrets by reference; only `main.ts` reads the real environment. */
  env: Readonly<Record<string, string | undefined>>;
  /** Tells the live stream that alerts of a model changed. */
  changed?(model: string): void;
  /** How often due messages are looked for, in ms. */
  dispatchMs?: number;
  /** When the state is written into the journal, so that a start need not read all of it. */
  checkpoints?: CheckpointLimits;
  /** Least and greatest time between two looks at a model's operational figures, in ms. */
  leastLookMs?: number;
  mostLookMs?: number;
}

export interface AlertCounts {
  readonly rules: number;
  readonly firing: number;
  readonly pending: number;
  ofModel(model: string): { firing: number; pending: number };
}

/** The alert room as the rest of the collector sees it. */
export interface AlertRoom {
  /** Loads rules and configuration, replays the journal and starts sending. */
  start(): Promise<void>;
  /** Verdicts of one evaluation run. Resolves when every transition is journalled; never rejects. */
  judged(model: string, verdicts: readonly Verdict[], now: number): Promise<void>;
  /** Operational rules; call it every second or so. Rounds never overlap, and it never rejects. */
  tick(now: number): Promise<void>;
  /** Reads rules and configuration anew (SIGHUP). */
  reload(): Promise<void>;
  stop(): Promise<void>;
  /** Routes under `/api/v1`, for serve to register. */
  readonly routes: readonly AlertRoute[];
  readonly counts: AlertCounts;
}

const STOP_MS = 5_000;
/** Evaluation must have been heard of within this long for the heartbeat to go out. */
const QUIET_MS = 300_000;

/** Joins the parts of the alert room. */
export function createAlertRoom(deps: AlertRoomDeps): AlertRoom {
  const { journal, facts, log, now } = deps;
  const watched = new GatedJournal(journal);
  const rules = new RuleBook();
  const silences = new Silences();
  const incidents = new Incidents();
  const book = new AlertBook(watched, (instance, at) => incidents.assign(instance, at), log);
  let lastTick = now();
  const trouble = () =>
    watched.failure ??
    (now() - lastTick > QUIET_MS ? 'the rules have not been evaluated for five minutes' : null);
  const notifier = new Notifier(
    {
      journal: watched,
      book,
      incidents,
      silences,
      publicUrl: deps.publicUrl,
      env: deps.env,
      log,
      now,
      trouble,
    },
    DEFAULT_ALERT_CONFIG,
  );
  const state = { rules, silences, book, incidents, notifier };
  const checkpoints = new Checkpoints(watched, state, now, log, deps.checkpoints);
  const enricher = new Enricher(facts, watched, incidents, now, log);
  const watcher = new Watcher({
    facts,
    rules,
    book,
    log,
    leastLookMs: deps.leastLookMs ?? 1_000,
    mostLookMs: deps.mostLookMs ?? 60_000,
  });
  const settings = new Settings({ ...deps, journal: watched }, rules, book, notifier);

  book.onTransition((entry, at, replayed) => {
    incidents.transitioned(entry, at);
    notifier.transitioned(entry, at);
    if (replayed) return;
    const { instance, transition } = entry;
    log.info(
      {
        rule: instance.rule,
        ...instance.slice,
        from: transition.from,
        to: transition.to,
        reason: transition.reason,
      },
      instance.detail.summary,
    );
    if (transition.to === 'firing' && transition.from !== 'firing') enricher.open(instance.incident!);
    deps.changed?.(instance.slice.model);
  });

  /** Work that must not stop the daemon: what fails is logged, and tried again with the next observation. */
  const guarded = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      log.error({ err: error }, `${what} failed; it will be tried again`);
    }
  };
  const dispatch = () => guarded('sending notifications', () => notifier.dispatch());
  let timer: NodeJS.Timeout | null = null;
  let ticking: Promise<void> | null = null;

  const room = {
    async start() {
      await settings.load();
      const started = performance.now();
      const position = await checkpoints.load();
      const entries = await replay(watched, state, position);
      const took_ms = Math.round(performance.now() - started);
      log.info(
        { checkpoint: position, entries, alerts: book.size, took_ms },
        'the alert journal is replayed',
      );
      await settings.settle();
      for (const { id, firing, enrichment } of incidents.list()) {
        if (firing > 0 && !enrichment) enricher.open(id);
      }
      await settings.watch();
      timer = setInterval(() => void dispatch(), deps.dispatchMs ?? 250);
    },
    async judged(model: string, verdicts: readonly Verdict[], at: number) {
      lastTick = now();
      await guarded('judging verdicts', () => watcher.judged(model, verdicts, at));
      void dispatch();
    },
    tick(at: number) {
      ticking ??= guarded('evaluating operational rules', async () => {
        await guarded('ending the alerts of changed rules', () => settings.tick());
        await watcher.tick(at);
        lastTick = now();
        prune(state, at);
        checkpoints.tick();
        await dispatch();
      }).finally(() => {
        ticking = null;
      });
      return ticking;
    },
    async reload() {
      await guarded('reloading rules', () => settings.reload());
    },
    async stop() {
      if (timer) clearInterval(timer);
      await settings.close();
      await ticking;
      await enricher.stop();
      // What is due is journalled now; what can't be sent any more goes on after the next start.
      await guarded('sending the last notifications', () => notifier.stop(STOP_MS));
      await checkpoints.stop();
    },
    counts: countsOf(rules, book),
  };
  const parts = {
    deps: { ...deps, journal: watched },
    rules,
    silences,
    incidents,
    book,
    notifier,
    settings,
    dispatch,
  };
  return { ...room, routes: alertRoutes(parts) };
}

/** Everything that the API's handlers work with. */
export interface RoomParts {
  deps: AlertRoomDeps;
  rules: RuleBook;
  silences: Silences;
  incidents: Incidents;
  book: AlertBook;
  notifier: Notifier;
  settings: Settings;
  dispatch(): Promise<void>;
}

function countsOf(rules: RuleBook, book: AlertBook): AlertCounts {
  const count = (phase: string, instances: Iterable<{ state: { phase: string } }>) => {
    let sum = 0;
    for (const instance of instances) if (instance.state.phase === phase) sum += 1;
    return sum;
  };
  return {
    get rules() {
      return rules.enabled.length;
    },
    get firing() {
      return count('firing', book.all());
    },
    get pending() {
      return count('pending', book.all());
    },
    ofModel(model) {
      // Two rules that fire on one signal are one thing that is wrong.
      const of = (phase: string) =>
        new Set(book.ofModel(model).flatMap((one) => (one.state.phase === phase ? subjectKey(one) : [])))
          .size;
      return { firing: of('firing'), pending: of('pending') };
    },
  };
}
