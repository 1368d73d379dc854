import { durationMs } from '@leeway/contract';
import type { DeliveryEntry } from '../deliver/outbox.js';
import { backoffMs } from '../deliver/outcome.js';
import type { Receiver } from '../notify/config.js';
import { incidentLink, windowLink } from '../notify/links.js';
import { renderAnnotations } from '../notify/template.js';
import { type Instance, routingLabels } from '../state/instance.js';
import { type Pushed, Pushes, type Told } from './pushes.js';
import { careful, postJson, type ReceiverTools } from './receiver.js';

/** Resolved alerts are told again for this long, in case Alertmanager was away. */
const RESOLVED_MS = 900_000;
/** An alert ends by itself in Alertmanager after so many missed repeats. */
const MISSED_REPEATS = 4;
/** Alerts in one post. */
const CHUNK = 500;
const ALERT_LIMIT = 50_000;

type Config = Extract<Receiver, { kind: 'alertmanager' }>;

/** One alert as Alertmanager's API v2 takes it. */
export interface AlertmanagerAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
}

interface Tracked {
  instance: Instance;
  /** It was told as firing, so going quiet about it would look like a recovery. */
  told: boolean;
  changed: boolean;
}

/**
 * Mirrors the firing alerts of a route into Alertmanager: sent at once on a change, again every `resend` while
 * firing, and with their end for a quarter of an hour after. What was told is journalled as deliveries, so that after
 * a crash the next round goes on where this one was. Grouping, silences and inhibition of the alerts are
 * Alertmanager's own from there.
 */
export class AlertmanagerMirror {
  readonly #tracked = new Map<string, Tracked>();
  readonly #resendMs: number;
  readonly #pushes: Pushes;
  #fullDue = 0;
  #openAt = 0;
  #running: Promise<void> | null = null;
  failures = 0;
  lastError: string | null = null;
  lastOkAt: number | null = null;

  constructor(
    private readonly config: Config,
    private readonly tools: ReceiverTools,
    private readonly publicUrl: string,
    /** Whether an alert must not be begun with: silenced, inhibited, in a mute time. */
    private readonly muted: (instance: Instance) => boolean,
    private readonly current: (fingerprint: string) => Instance | null,
    record: (entry: DeliveryEntry, model: string) => void,
  ) {
    this.#pushes = new Pushes(config.name, record);
    this.#resendMs = durationMs(config.resend);
  }

  get queued(): number {
    let changed = 0;
    for (const tracked of this.#tracked.values()) if (tracked.changed) changed += 1;
    return changed;
  }

  /** Called for every transition that this receiver's routes take. */
  transitioned(instance: Instance): void {
    // Both the end in an old incident and the start in a new one are told.
    const key = keyOf(instance);
    const known = this.#tracked.get(key);
    if (!known && instance.state.phase !== 'firing' && instance.state.phase !== 'resolved') return;
    if (!known && this.#tracked.size >= ALERT_LIMIT) return;
    const changed = known?.instance.state.phase !== instance.state.phase;
    this.#tracked.set(key, {
      instance,
      told: known?.told ?? false,
      changed: changed || (known?.changed ?? true),
    });
  }

  /** A delivery of an earlier process: what it told needs no telling. */
  restored({ alerts = [] }: DeliveryEntry): void {
    for (const { key, phase } of alerts) {
      const tracked = this.#tracked.get(key);
      if (!tracked) continue;
      tracked.told = true;
      if (tracked.instance.state.phase === phase) tracked.changed = false;
    }
  }

  /** Takes over what another configuration's mirror of the same name told. */
  adopt(other: AlertmanagerMirror): void {
    for (const [key, { told, changed, instance }] of other.#tracked) {
      const tracked = this.#tracked.get(key);
      if (!tracked) continue;
      tracked.told = told;
      tracked.changed &&= changed || tracked.instance.state.phase !== instance.state.phase;
    }
  }

  /** What a checkpoint keeps: alerts that are told of, with the way they were told. */
  export(): { instance: Instance; told: boolean; changed: boolean }[] {
    return [...this.#tracked.values()].map((tracked) => ({ ...tracked }));
  }
  import(list: readonly { instance: Instance; told: boolean; changed: boolean }[]): void {
    for (const tracked of list) this.#tracked.set(keyOf(tracked.instance), { ...tracked });
  }

  /** The clock went back by `ms`: repeats must not stop for as long, or the alerts would end over there. */
  rewind(ms: number): void {
    this.#fullDue -= ms;
    this.#openAt -= ms;
  }

  /** Forgets what ended long ago. */
  prune(now: number): void {
    for (const [key, { instance }] of this.#tracked)
      if (now - (instance.state.resolvedAt ?? now) > RESOLVED_MS) this.#tracked.delete(key);
  }

  /** Sends what changed, or everything when a full round is due. Resolves when it is done; never throws. */
  tick(): Promise<void> {
    const now = this.tools.now();
    if (now < this.#openAt) return Promise.resolve();
    this.#running ??= this.#round(now).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #round(now: number): Promise<void> {
    const full = now >= this.#fullDue;
    const batch = this.#choose(full, now);
    if (batch.length === 0) return;
    const told = this.#toldByIncident();
    const changed: Pushed[] = [];
    try {
      for (let at = 0; at < batch.length; at += CHUNK) {
        const sent = batch.slice(at, at + CHUNK).map(({ instance, changed: news }) => ({ instance, news }));
        const news = sent
          .filter((one) => one.news)
          .map(({ instance }) => ({ key: keyOf(instance), instance }));
        if (!(await this.#post(sent.map(({ instance }) => this.#alertOf(instance, now))))) {
          this.#pushes.tried(news, told, this.lastError ?? 'no answer', now, this.tools.now());
          return;
        }
        changed.push(...news);
        for (const { instance } of sent) {
          const tracked = this.#tracked.get(keyOf(instance));
          if (!tracked) continue;
          tracked.told = true;
          // It may have changed again while the answer was on its way.
          tracked.changed = tracked.instance.state.phase !== instance.state.phase;
        }
      }
      if (full) this.#fullDue = now + this.#resendMs;
    } finally {
      this.#pushes.tried(changed, told, null, now, this.tools.now());
    }
  }

  /** Asks Alertmanager to take no alerts at all; null when it answers, else what went wrong. */
  async probe(): Promise<string | null> {
    return (await this.#post([])) ? null : (this.lastError ?? 'no answer');
  }

  #toldByIncident(): (incident: string) => Told {
    const found = new Map<string, Told>();
    for (const { instance, told } of this.#tracked.values()) {
      const known = found.get(instance.incident ?? '') ?? { any: false, firing: 0 };
      known.any ||= told;
      if (instance.state.phase === 'firing') known.firing += 1;
      found.set(instance.incident ?? '', known);
    }
    return (incident) => found.get(incident) ?? { any: false, firing: 0 };
  }

  #choose(full: boolean, now: number): Tracked[] {
    const batch: Tracked[] = [];
    for (const [key, tracked] of this.#tracked) {
      const { instance } = tracked;
      const resolvedAt = instance.state.resolvedAt;
      if (instance.state.phase === 'resolved' && resolvedAt !== null && now - resolvedAt > RESOLVED_MS) {
        this.#tracked.delete(key);
        continue;
      }
      if (!full && !tracked.changed) continue;
      const firing = instance.state.phase === 'firing';
      if (firing && !tracked.told && this.muted(instance)) continue;
      batch.push(tracked);
    }
    return batch;
  }

  async #post(alerts: AlertmanagerAlert[]): Promise<boolean> {
    const headers: Record<string, string> = {};
    let delivered = false;
    for (const url of this.config.urls) {
      const outcome = await careful(this.tools, async () => {
        const token = this.config.bearer_token && (await this.tools.secrets.read(this.config.bearer_token));
        if (token) headers.authorization = `Bearer ${token}`;
        return postJson(this.tools, `${url.replace(/\/+$/, '')}/api/v2/alerts`, alerts, headers);
      });
      if (outcome.ok) delivered = true;
      else this.lastError = outcome.error;
    }
    const now = this.tools.now();
    if (delivered) {
      this.failures = 0;
      this.lastOkAt = now;
      return true;
    }
    this.failures += 1;
    this.#openAt = now + backoffMs(this.failures, this.#resendMs, Math.random());
    this.tools.log.warn(
      { receiver: this.config.name, error: this.lastError },
      'Alertmanager could not be reached',
    );
    return false;
  }

  #alertOf(instance: Instance, now: number): AlertmanagerAlert {
    const live =
      instance.state.phase === 'firing' ? (this.current(instance.fingerprint) ?? instance) : instance;
    const { annotations } = renderAnnotations(live);
    const { fingerprint: _fingerprint, ...labels } = routingLabels(instance);
    const endsAt = instance.state.resolvedAt ?? now + MISSED_REPEATS * this.#resendMs;
    return {
      labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
      annotations: {
        description: live.detail.summary,
        ...annotations,
        ...(instance.runbook && { runbook_url: instance.runbook }),
        ...(instance.incident && { incident_url: incidentLink(this.publicUrl, instance.incident) }),
      },
      startsAt: new Date(instance.state.firedAt ?? instance.state.at).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      generatorURL: windowLink(this.publicUrl, live),
    };
  }
}

/** Episodes of different incidents are different alerts in Alertmanager. */
function keyOf(instance: Instance): string {
  return `${instance.fingerprint}/${instance.incident}`;
}
