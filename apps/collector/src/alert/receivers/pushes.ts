import type { DeliveryEntry } from '../deliver/outbox.js';
import type { Instance } from '../state/instance.js';

/** An alert that a push is to tell as changed. */
export interface Pushed {
  /** Fingerprint and incident: what tells alerts apart in Alertmanager. */
  key: string;
  instance: Instance;
}

/** How an incident stands at the receiver before a push. */
export interface Told {
  /** Whether anything of it was told before. */
  any: boolean;
  /** Alerts of it that fire once this push is through. */
  firing: number;
}

const OPEN_LIMIT = 1_000;

/**
 * What a push to Alertmanager says, as deliveries: one for each incident and change, so that people find there what
 * was sent, when, and with what success. Repeats of what is known there already are no news and are not listed.
 */
export class Pushes {
  readonly #open = new Map<string, DeliveryEntry>();

  constructor(
    private readonly receiver: string,
    /** Called with every entry as it changes; `delivered` ones are to be journalled. */
    private readonly record: (entry: DeliveryEntry, model: string) => void,
  ) {}

  /** An attempt to send these is over; `error` is null when it went well. */
  tried(
    changed: readonly Pushed[],
    told: (incident: string) => Told,
    error: string | null,
    started: number,
    now: number,
  ): void {
    const byIncident = new Map<string, Pushed[]>();
    for (const one of changed) {
      const incident = one.instance.incident ?? '';
      byIncident.set(incident, [...(byIncident.get(incident) ?? []), one]);
    }
    for (const [incident, own] of byIncident) {
      const open = this.#open.get(incident) ?? this.#begin(incident, own, told(incident), started);
      const entry: DeliveryEntry = { ...open, attempts: open.attempts + 1, error };
      const { model } = own[0]!.instance.slice;
      if (error === null) {
        this.#open.delete(incident);
        const alerts = own.map(({ key, instance }) => ({ key, phase: instance.state.phase }));
        this.record({ ...entry, state: 'delivered', endedAt: now, alerts }, model);
      } else {
        if (this.#open.size < OPEN_LIMIT || this.#open.has(incident)) this.#open.set(incident, entry);
        this.record(entry, model);
      }
    }
  }

  #begin(incident: string, changed: readonly Pushed[], told: Told, at: number): DeliveryEntry {
    const fires = changed.some(({ instance }) => instance.state.phase === 'firing');
    const why = fires
      ? told.any
        ? 'new_signals'
        : 'first'
      : told.firing > 0
        ? 'some_resolved'
        : 'all_resolved';
    return {
      id: `${this.receiver}-${incident || 'none'}-${at.toString(36)}`,
      receiver: this.receiver,
      kind: 'alertmanager',
      group: incident,
      incident: incident || null,
      why,
      state: 'queued',
      attempts: 0,
      error: null,
      createdAt: at,
      endedAt: null,
    };
  }
}
