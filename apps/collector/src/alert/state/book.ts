import type { Logger } from 'pino';
import type { Finding } from '../observe/finding.js';
import type { Journal, JournalEntry } from '../ports.js';
import { serially } from '../serially.js';
import { type Condition, type Instance, instanceKey, newInstance, underRule } from './instance.js';
import { aims } from './policy.js';
import { step } from './step.js';
import type { Detail, Observation, Step, Timing, Transition, WithdrawalReason } from './types.js';

/** What a journal entry of kind `alert` holds: the change and the whole state after it. */
export interface AlertEntry {
  transition: Transition;
  instance: Instance;
}

/** What a journal entry of kind `ack` holds. */
export interface AckEntry {
  fingerprints: string[];
  by: string;
  at: number;
  comment: string;
}

/** Called for every journalled transition, in order, also during the replay. */
export type TransitionListener = (entry: AlertEntry, at: number, replayed: boolean) => void;

/** Gives the incident that an alert joins when it fires. */
export type IncidentOf = (instance: Instance, now: number) => string;

export interface BookLimits {
  /** Alerts that are pending, firing or lately resolved. */
  instances: number;
  /** How long a resolved alert is remembered for its next episode. */
  resolvedMs: number;
  /** Journal entries in one append. */
  batch: number;
}

export const BOOK_LIMITS: BookLimits = { instances: 50_000, resolvedMs: 86_400_000, batch: 2_000 };

interface Change {
  instance: Instance;
  entry: Omit<JournalEntry, 'seq'> | null;
  transition: Transition | null;
}

/**
 * All alerts that are not inactive. A transition is in the journal before it is in memory and before anybody hears
 * of it, so that a crash at any moment repeats the later step and never loses the earlier.
 */
export class AlertBook {
  readonly #instances = new Map<string, Instance>();
  readonly #byFingerprint = new Map<string, string>();
  readonly #byModel = new Map<string, Set<string>>();
  readonly #exclusive = serially();
  readonly #listeners: TransitionListener[] = [];
  /** Breaches that found no room; shown in the status. */
  refused = 0;

  constructor(
    private readonly journal: Journal,
    private readonly incidentOf: IncidentOf,
    private readonly log: Logger,
    private readonly limits: BookLimits = BOOK_LIMITS,
  ) {}

  onTransition(listener: TransitionListener): void {
    this.#listeners.push(listener);
  }

  get size(): number {
    return this.#instances.size;
  }
  all(): IterableIterator<Instance> {
    return this.#instances.values();
  }
  get(fingerprint: string): Instance | null {
    const key = this.#byFingerprint.get(fingerprint);
    return key === undefined ? null : (this.#instances.get(key) ?? null);
  }
  /** The alerts of one model that are pending, firing or lately resolved. */
  ofModel(model: string): Instance[] {
    return [...(this.#byModel.get(model) ?? [])].flatMap((key) => this.#instances.get(key) ?? []);
  }
  find(rule: string, condition: Condition, slice: Finding['slice']): Instance | null {
    return this.#instances.get(instanceKey(rule, condition, slice)) ?? null;
  }

  /** Takes one journal entry of an earlier process. */
  restore(entry: AlertEntry, at: number): void {
    this.#commit({ instance: entry.instance, entry: null, transition: entry.transition }, at, true);
  }

  /** Takes an alert out of a checkpoint; nobody is told, because nothing happened. */
  import(instance: Instance): void {
    this.#commit({ instance, entry: null, transition: null }, instance.state.at, true);
  }

  /**
   * Runs what the rules saw through the state machine; resolves when all transitions are durable. What no more `stands`
   * when it is its turn is passed over: of a rule that went by then the alerts have ended, and nobody would look at them
   * again.
   */
  apply(
    findings: readonly Finding[],
    now: number,
    stands: (finding: Finding) => boolean = () => true,
  ): Promise<Transition[]> {
    return this.#exclusive(async () => {
      const changes = findings.flatMap((finding) => {
        if (!stands(finding)) return [];
        return aims(finding, now).map((aim) => {
          const timing = aim.condition === 'breach' ? finding.rule.timing : finding.rule.absenceTiming;
          const key = instanceKey(finding.rule.rule.name, aim.condition, finding.slice);
          const known = this.#instances.get(key);
          // The hot path: nothing is wrong and nothing was, so nothing is kept.
          if (!known && aim.observation.kind !== 'breach') return null;
          const instance = known
            ? underRule(known, finding.rule.rule)
            : newInstance(finding.rule.rule, aim.condition, finding.slice, finding.detail);
          return this.#decide(instance, aim.observation, timing, finding.detail, now);
        });
      });
      return this.#write(
        changes.filter((change) => change !== null),
        now,
      );
    });
  }

  /** Ends alerts whose ground is gone, e.g. because their rule was deleted: those that `why` has a reason for. */
  withdraw(why: (instance: Instance) => WithdrawalReason | null, now: number): Promise<Transition[]> {
    return this.#exclusive(() => {
      const changes: Change[] = [];
      for (const instance of this.#instances.values()) {
        const reason = instance.state.phase === 'resolved' ? null : why(instance);
        if (reason === null) continue;
        const timing = { forMs: 0, keepFiringForMs: 0 };
        changes.push(this.#decide(instance, { kind: 'withdrawn', reason }, timing, instance.detail, now));
      }
      return this.#write(changes, now);
    });
  }

  /**
   * Acknowledges those of these alerts that are pending or firing and still the ones that are `meant`, journal first;
   * gives their fingerprints.
   */
  acknowledge(
    fingerprints: readonly string[],
    ack: NonNullable<Instance['acknowledged']>,
    meant: (instance: Instance) => boolean = () => true,
  ): Promise<string[]> {
    return this.#exclusive(async () => {
      const open = fingerprints.filter((fingerprint) => {
        const instance = this.get(fingerprint);
        return instance && ['pending', 'firing'].includes(instance.state.phase) && meant(instance);
      });
      if (open.length === 0) return [];
      const model = this.get(open[0]!)!.slice.model;
      const body: AckEntry = { fingerprints: open, ...ack };
      await this.journal.append([{ at: ack.at, kind: 'ack', model, body }]);
      this.restoreAck(body);
      return open;
    });
  }

  restoreAck({ fingerprints, by, at, comment }: AckEntry): void {
    for (const fingerprint of fingerprints) {
      const instance = this.get(fingerprint);
      if (instance) this.#instances.set(instance.key, { ...instance, acknowledged: { by, at, comment } });
    }
  }

  /** Forgets alerts that were resolved long ago. */
  prune(now: number): void {
    for (const instance of this.#instances.values()) {
      const { phase, resolvedAt } = instance.state;
      if (phase === 'resolved' && now - (resolvedAt ?? 0) > this.limits.resolvedMs) this.#drop(instance);
    }
  }

  #decide(instance: Instance, observation: Observation, timing: Timing, detail: Detail, now: number): Change {
    const { state, transition } = named(step(instance.state, observation, timing, now), instance.condition);
    // Without evidence the last figures that were seen stay on show.
    const seen =
      observation.kind === 'breach' || observation.kind === 'clear' || observation.kind === 'between';
    const next: Instance = {
      ...instance,
      state,
      detail: seen && detail.value !== null ? detail : instance.detail,
    };
    if (!transition) return { instance: next, entry: null, transition };
    const fires = transition.to === 'firing' && transition.from !== 'firing';
    // By the phase and not by the reason: an absence that fires at once bears its own name for a reason.
    if (transition.from === 'inactive' || transition.from === 'resolved') {
      next.incident = null;
      next.acknowledged = null;
    }
    if (fires) {
      next.incident = this.incidentOf(next, now);
    }
    if (fires || transition.to === 'resolved') next.changes = [...instance.changes, now].slice(-20);
    const body: AlertEntry = { transition, instance: next };
    return {
      instance: next,
      entry: { at: now, kind: 'alert', model: instance.slice.model, body },
      transition,
    };
  }

  async #write(changes: readonly Change[], now: number): Promise<Transition[]> {
    const done: Transition[] = [];
    for (const change of changes) if (!change.entry) this.#commit(change, now, false);
    const moving = changes.filter((change) => change.entry !== null);
    for (let at = 0; at < moving.length; at += this.limits.batch) {
      const slice = moving.slice(at, at + this.limits.batch).filter((change) => this.#hasRoom(change));
      await this.journal.append(slice.map((change) => change.entry!));
      for (const change of slice) {
        this.#commit(change, now, false);
        done.push(change.transition!);
      }
    }
    return done;
  }

  #hasRoom(change: Change): boolean {
    if (this.#instances.has(change.instance.key) || this.#instances.size < this.limits.instances) return true;
    if (this.refused++ % 1_000 === 0) {
      this.log.error(
        { limit: this.limits.instances, refused: this.refused, rule: change.instance.rule },
        'too many alerts at once: new ones are not taken until some resolve',
      );
    }
    return false;
  }

  #commit({ instance, transition }: Change, at: number, replayed: boolean): void {
    if (instance.state.phase === 'inactive') this.#drop(instance);
    else {
      this.#instances.set(instance.key, instance);
      this.#byFingerprint.set(instance.fingerprint, instance.key);
      const keys = this.#byModel.get(instance.slice.model) ?? new Set<string>();
      keys.add(instance.key);
      this.#byModel.set(instance.slice.model, keys);
    }
    if (!transition) return;
    for (const listener of this.#listeners) listener({ transition, instance }, at, replayed);
  }

  #drop(instance: Instance): void {
    this.#instances.delete(instance.key);
    this.#byFingerprint.delete(instance.fingerprint);
    const keys = this.#byModel.get(instance.slice.model);
    keys?.delete(instance.key);
    if (keys?.size === 0) this.#byModel.delete(instance.slice.model);
  }
}

/** An alert about absence fires for the reason `no_data` (or `error`): its breach is that there is nothing to see. */
function named({ state, transitions }: Step, condition: Condition) {
  const transition = transitions[0] ?? null;
  if (condition === 'breach' || transition?.to !== 'firing' || transition.from === 'firing')
    return { state, transition };
  return { state: { ...state, reason: condition }, transition: { ...transition, reason: condition } };
}
