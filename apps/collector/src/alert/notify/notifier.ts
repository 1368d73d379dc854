import { durationMs } from '@leeway/contract';
import type { Logger } from 'pino';
import { AddressPolicy } from '../deliver/address.js';
import { Heartbeat } from '../deliver/heartbeat.js';
import { httpSender } from '../deliver/http.js';
import { type DeliveryEntry, Outbox } from '../deliver/outbox.js';
import { Secrets } from '../deliver/secrets.js';
import type { Incidents } from '../incident/incidents.js';
import type { Journal } from '../ports.js';
import { AlertmanagerMirror } from '../receivers/alertmanager.js';
import { senderOf } from '../receivers/index.js';
import type { ReceiverTools, Send } from '../receivers/receiver.js';
import { serially } from '../serially.js';
import type { AlertBook, AlertEntry } from '../state/book.js';
import { type Instance, routingLabels } from '../state/instance.js';
import type { AlertConfig, Receiver } from './config.js';
import { type Flush, Groups } from './groups.js';
import { Inhibitions } from './inhibitions.js';
import { composeMessage } from './message.js';
import { isMuted, type MuteReasons, muteReasons } from './mutes.js';
import { RoutingTree } from './routes.js';
import type { Silences } from './silences.js';

/** Messages composed and journalled at once; between batches the process serves others. */
const BATCH = 100;
/** Small corrections of the clock are no matter. */
const BACK_MS = 1_000;

export interface NotifierDeps {
  journal: Journal;
  book: AlertBook;
  incidents: Incidents;
  silences: Silences;
  publicUrl: string;
  env: Readonly<Record<string, string | undefined>>;
  log: Logger;
  now(): number;
  /** Why alerting can't be relied on, or null; a heartbeat is only sent when null. */
  trouble(): string | null;
}

/** A configuration made ready to use. */
interface InForce {
  config: AlertConfig;
  tree: RoutingTree;
  receivers: Map<string, { receiver: Receiver; send: Send | null }>;
  muteTimes: Map<string, AlertConfig['mute_times'][number]>;
  inhibitions: Inhibitions;
  mirrors: AlertmanagerMirror[];
  mirrorOf: Map<string, AlertmanagerMirror>;
  heartbeat: Heartbeat | null;
}

/** From transitions to messages: routes, groups, mutes, outbox, and the mirrors in Alertmanager. */
export class Notifier {
  readonly outbox: Outbox;
  readonly groups: Groups;
  readonly #exclusive = serially();
  readonly #secrets: Secrets;
  #inForce: InForce;
  #waiting: Promise<void> | null = null;
  /** The clock at the last look. */
  #clock = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly deps: NotifierDeps,
    config: AlertConfig,
  ) {
    this.#secrets = new Secrets(deps.env);
    this.#inForce = this.#prepare(config);
    this.outbox = new Outbox(
      deps.journal,
      (name) => this.#inForce.receivers.get(name)?.send ?? null,
      deps.now,
      deps.log,
    );
    this.groups = new Groups({
      tree: () => this.#inForce.tree,
      receiver: (name) => {
        const known = this.#inForce.receivers.get(name);
        return known
          ? { grouped: known.receiver.kind !== 'alertmanager', sendResolved: known.receiver.send_resolved }
          : null;
      },
      muted: (instance, route, now) => isMuted(this.mutes(instance, route.muteTimes, now)),
      current: (fingerprint) => deps.book.get(fingerprint),
    });
    this.#configureOutbox(config);
  }

  get config(): AlertConfig {
    return this.#inForce.config;
  }
  get heartbeat(): Heartbeat | null {
    return this.#inForce.heartbeat;
  }
  receiver(name: string) {
    return this.#inForce.receivers.get(name) ?? null;
  }
  mirror(name: string): AlertmanagerMirror | null {
    return this.#inForce.mirrorOf.get(name) ?? null;
  }
  mirrors(): IterableIterator<[string, AlertmanagerMirror]> {
    return this.#inForce.mirrorOf.entries();
  }
  redact(text: string): string {
    return this.#secrets.redact(text);
  }

  /** Puts another configuration in force; what was said before stays known. */
  configure(config: AlertConfig, now: number): void {
    const before = this.#inForce;
    this.#inForce = this.#prepare(config);
    this.#configureOutbox(config);
    for (const instance of this.deps.book.all()) {
      this.#inForce.inhibitions.transitioned(instance);
      this.#mirror(instance);
    }
    for (const [name, mirror] of before.mirrorOf) this.#inForce.mirrorOf.get(name)?.adopt(mirror);
    this.groups.rebuild(this.deps.book.all(), now);
  }

  /** The alerts of a checkpoint are in the book; `due` tells when its groups are looked at. */
  imported(due: ReadonlyMap<string, number>): void {
    for (const instance of this.deps.book.all()) {
      this.#inForce.inhibitions.transitioned(instance);
      this.#mirror(instance);
    }
    this.groups.restore(this.deps.book.all(), due);
  }

  /** Forgets what ended long ago. */
  prune(now: number): void {
    for (const mirror of this.#inForce.mirrors) mirror.prune(now);
  }

  /** Listener of the alert book. */
  transitioned({ instance }: AlertEntry, at: number): void {
    this.#inForce.inhibitions.transitioned(instance);
    this.groups.transitioned(instance, at);
    this.#mirror(instance);
  }

  mutes(instance: Instance, routeMuteTimes: readonly string[], now: number): MuteReasons {
    const { inhibitions, muteTimes } = this.#inForce;
    return muteReasons(
      instance,
      routeMuteTimes,
      { silences: this.deps.silences, inhibitions, muteTimes },
      now,
    );
  }

  /** Sends what is due: messages of groups, changes to Alertmanager, the heartbeat. */
  dispatch(): Promise<void> {
    this.#followClock();
    for (const mirror of this.#inForce.mirrors) void mirror.tick();
    void this.#inForce.heartbeat?.tick();
    // One round that waits covers every later call: it will see what they would.
    this.#waiting ??= this.#exclusive(async () => {
      this.#waiting = null;
      for (;;) {
        const now = this.deps.now();
        const flushes = [...this.groups.due(now, BATCH)];
        if (flushes.length === 0) break;
        await this.#say(flushes, now);
        await new Promise((resolve) => setImmediate(resolve));
      }
      this.outbox.pump();
    });
    return this.#waiting;
  }

  #followClock(): void {
    const now = this.deps.now();
    const back = this.#clock - now;
    this.#clock = now;
    if (back < BACK_MS) return;
    this.deps.log.warn(
      { back_ms: back },
      'the clock went back; what was due is counted from where it stands now',
    );
    this.groups.rewind(back);
    this.outbox.rewind(back);
    for (const mirror of this.#inForce.mirrors) mirror.rewind(back);
    this.#inForce.heartbeat?.rewind(back);
  }

  /** Sends what is due for the last time and waits for what is on its way, at most `ms`. */
  async stop(ms: number): Promise<void> {
    await this.dispatch();
    const late = new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
    await Promise.race([Promise.all(this.#inForce.mirrors.map((mirror) => mirror.tick())), late]);
    await this.outbox.stop(ms);
  }

  /** Journals what was said and what will be sent in one append, so that neither is without the other. */
  async #say(flushes: readonly Flush[], now: number): Promise<void> {
    const pairs = flushes.map((flush) => ({ flush, delivery: this.#deliveryOf(flush, now) }));
    await this.deps.journal.append(
      pairs.flatMap(({ flush, delivery }) => {
        const model = delivery.message?.model ?? '';
        return [
          { at: now, kind: 'delivery', model, body: delivery },
          { at: now, kind: 'notification', model, body: flush.entry },
        ];
      }),
    );
    for (const { flush, delivery } of pairs) {
      this.groups.sent(flush.entry);
      this.outbox.take(delivery);
      this.noted(flush.entry, delivery.incident);
    }
  }

  /** A delivery that an earlier process journalled. */
  restored(entry: DeliveryEntry, at: number): void {
    this.outbox.take(entry);
    if (entry.alerts) this.mirror(entry.receiver)?.restored(entry);
    if (entry.state === 'queued' || entry.alerts)
      this.noted({ at, receiver: entry.receiver, why: entry.why }, entry.incident);
  }

  #pushed(entry: DeliveryEntry, model: string): void {
    this.outbox.note(entry, model);
    if (entry.state === 'delivered')
      this.noted({ at: entry.endedAt!, receiver: entry.receiver, why: entry.why }, entry.incident);
  }

  /** Adds a notification to its incident's timeline. */
  noted(entry: { at: number; receiver: string; why: string }, incident: string | null): void {
    this.deps.incidents.note(incident, {
      at: entry.at,
      kind: 'notified',
      text: `${entry.receiver}: ${entry.why.replaceAll('_', ' ')}`,
    });
  }

  #deliveryOf({ entry, firing, resolved }: Flush, now: number): DeliveryEntry {
    const incident =
      [...firing, ...resolved].find((instance) => instance.incident !== null)?.incident ?? null;
    const id = `${entry.group}-${entry.seq}-${new Date(now).getTime().toString(36)}`;
    const message = composeMessage({
      id,
      group: entry.group,
      why: entry.why,
      firing,
      resolved,
      incident: incident === null ? null : this.deps.incidents.get(incident),
      publicUrl: this.deps.publicUrl,
      now,
    });
    return {
      id,
      receiver: entry.receiver,
      kind: this.#inForce.receivers.get(entry.receiver)?.receiver.kind ?? 'unknown',
      group: entry.group,
      incident,
      why: entry.why,
      state: 'queued',
      attempts: 0,
      error: null,
      createdAt: now,
      endedAt: null,
      message,
    };
  }

  #mirror(instance: Instance): void {
    if (this.#inForce.mirrors.length === 0 || instance.quiet || instance.incident === null) return;
    const routes = this.#inForce.tree.routesOf(routingLabels(instance));
    for (const name of new Set(routes.flatMap((route) => route.receivers))) {
      this.#inForce.mirrorOf.get(name)?.transitioned(instance);
    }
  }

  #prepare(config: AlertConfig): InForce {
    const policy = new AddressPolicy(config.allow_addresses);
    const timeoutMs = durationMs(config.delivery.timeout);
    const http = httpSender(policy, timeoutMs);
    const { log, now, publicUrl, book } = this.deps;
    const tools: ReceiverTools = { http, policy, secrets: this.#secrets, log, timeoutMs, now };
    const mirrorOf = new Map<string, AlertmanagerMirror>();
    for (const receiver of config.receivers) {
      if (receiver.kind !== 'alertmanager') continue;
      const muted = (instance: Instance) => isMuted(this.mutes(instance, [], now()));
      mirrorOf.set(
        receiver.name,
        new AlertmanagerMirror(
          receiver,
          tools,
          publicUrl,
          muted,
          (f) => book.get(f),
          (entry, model) => this.#pushed(entry, model),
        ),
      );
    }
    return {
      config,
      tree: new RoutingTree(config.route),
      receivers: new Map(
        config.receivers.map((receiver) => [receiver.name, { receiver, send: senderOf(receiver, tools) }]),
      ),
      muteTimes: new Map(config.mute_times.map((mute) => [mute.name, mute])),
      inhibitions: new Inhibitions(config.inhibit),
      mirrors: [...mirrorOf.values()],
      mirrorOf,
      heartbeat: config.heartbeat
        ? new Heartbeat({
            url: config.heartbeat.url,
            intervalMs: durationMs(config.heartbeat.interval),
            http,
            secrets: this.#secrets,
            log,
            now,
            trouble: this.deps.trouble,
          })
        : null,
    };
  }

  #configureOutbox({ delivery }: AlertConfig): void {
    this.outbox.configure({
      giveUpAfterMs: durationMs(delivery.give_up_after),
      maxBackoffMs: durationMs(delivery.max_backoff),
    });
  }
}
