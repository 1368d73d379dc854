import { covers, subjectKey } from '../incident/subject.js';
import type { Instance } from '../state/instance.js';
import { routingLabels } from '../state/instance.js';
import { type NotificationRecord, type NotifyReason, needsNotification } from './needs-notification.js';
import { groupKey, groupLabels, type Route, type RoutingTree } from './routes.js';

/** What a journal entry of kind `notification` holds: what was said about a group. */
export interface NotificationEntry extends NotificationRecord {
  group: string;
  receiver: string;
}

interface Group {
  key: string;
  receiver: string;
  route: Route;
  members: Map<string, Instance>;
  /** When the group is looked at next, epoch ms. */
  due: number;
}

/** What a due group wants to send. */
export interface Flush {
  entry: NotificationEntry;
  firing: Instance[];
  resolved: Instance[];
}

export interface GroupDeps {
  tree(): RoutingTree;
  /** Whether a receiver exists and takes grouped messages, and whether it wants resolved ones. */
  receiver(name: string): { grouped: boolean; sendResolved: boolean } | null;
  /** Whether a firing alert is held back at `now` on this route. */
  muted(instance: Instance, route: Route, now: number): boolean;
  /** The alert as it is now. */
  current(fingerprint: string): Instance | null;
}

/**
 * Firing alerts sorted into groups by route, receiver and labels, each with its own clock: group_wait after the
 * first alert, then group_interval. Only decides; `sent` is told once a message is journalled.
 */
export class Groups {
  readonly #groups = new Map<string, Group>();
  readonly #records = new Map<string, NotificationEntry>();

  constructor(private readonly deps: GroupDeps) {}

  get size(): number {
    return this.#groups.size;
  }

  /** Called for every transition of an alert, also while replaying. */
  transitioned(instance: Instance, at: number): void {
    const { phase } = instance.state;
    if (instance.quiet || instance.incident === null || phase === 'pending' || phase === 'inactive') return;
    const labels = routingLabels(instance);
    for (const route of this.deps.tree().routesOf(labels)) {
      const shared = groupLabels(route, labels);
      for (const receiver of route.receivers) {
        if (this.deps.receiver(receiver)?.grouped !== true) continue;
        const key = groupKey(route, receiver, shared);
        const group = this.#groups.get(key) ?? this.#begin(key, receiver, route, phase, at);
        if (!group) continue;
        group.members.set(instance.fingerprint, instance);
        // group_interval spaces messages; when the last one is long ago, news need not wait for the next look.
        const last = this.#records.get(key);
        if (last) group.due = Math.min(group.due, Math.max(at, last.at + route.groupIntervalMs));
      }
    }
  }

  #begin(key: string, receiver: string, route: Route, phase: string, at: number): Group | null {
    // Something that resolves without having been heard of needs no group.
    if (phase !== 'firing' && !this.#records.has(key)) return null;
    const last = this.#records.get(key);
    const due = last ? Math.max(at, last.at + route.groupIntervalMs) : at + route.groupWaitMs;
    const group: Group = { key, receiver, route, members: new Map(), due };
    this.#groups.set(key, group);
    return group;
  }

  /** Messages that are due at `now`, at most `limit`; the caller journals each and calls `sent`. */
  *due(now: number, limit: number): Generator<Flush> {
    let found = 0;
    for (const group of this.#groups.values()) {
      if (group.due > now) continue;
      if (found >= limit) return;
      const flush = this.#look(group, now);
      if (flush) {
        found += 1;
        yield flush;
      } else this.#settle(group, now, true);
    }
  }

  /** When the next group is looked at, epoch ms; null without any group. */
  nextDue(): number | null {
    let next: number | null = null;
    for (const { due } of this.#groups.values()) if (next === null || due < next) next = due;
    return next;
  }

  #look(group: Group, now: number): Flush | null {
    const last = this.#records.get(group.key) ?? null;
    const firing: Instance[] = [];
    const muted: Instance[] = [];
    const resolved: Instance[] = [];
    for (const member of group.members.values()) {
      if (member.state.phase !== 'firing') resolved.push(member);
      else {
        const current = this.deps.current(member.fingerprint) ?? member;
        (this.deps.muted(current, group.route, now) ? muted : firing).push(current);
      }
    }
    const ids = (list: Instance[]) => list.map((instance) => instance.fingerprint);
    const told = new Set(last?.firing);
    const known = bySubject([...group.members.values()].filter((member) => told.has(member.fingerprint)));
    const open = bySubject([...firing, ...muted]);
    const coveredBy = (instance: Instance) =>
      known.get(subjectKey(instance))?.some((one) => covers(one, instance)) ?? false;
    const decision = needsNotification(
      {
        firing: ids(firing),
        muted: ids(muted),
        resolved: ids(resolved),
        covered: ids(firing.filter(coveredBy)),
        worsened: ids(firing.filter((instance) => known.has(subjectKey(instance)) && !coveredBy(instance))),
        continued: ids(resolved.filter((instance) => open.has(subjectKey(instance)))),
        acknowledged: firing.every((instance) => instance.acknowledged !== null),
        repeatMs: group.route.repeatIntervalMs,
        sendResolved: this.deps.receiver(group.receiver)?.sendResolved ?? true,
      },
      last,
      now,
    );
    if (!decision.notify) return null;
    const recovered = resolved.filter((instance) => told.has(instance.fingerprint));
    const entry: NotificationEntry = {
      group: group.key,
      receiver: group.receiver,
      at: now,
      seq: (last?.seq ?? 0) + 1,
      why: decision.why,
      firing: ids(firing),
      resolved: ids(recovered),
    };
    return { entry, firing, resolved: recovered };
  }

  /** A message is journalled: the group's clock goes on from here. Also called while replaying. */
  sent(entry: NotificationEntry): void {
    this.#records.set(entry.group, entry);
    const group = this.#groups.get(entry.group);
    // What resolved while the message was being written is still to be told, so an open group stays.
    if (group) this.#settle(group, entry.at, entry.firing.length === 0);
    else if (entry.firing.length === 0) this.#records.delete(entry.group);
  }

  /** Sets the group's clock, forgets members that are over and said, and the group too when it `mayEnd`. */
  #settle(group: Group, now: number, mayEnd: boolean): void {
    group.due = now + group.route.groupIntervalMs;
    const told = new Set(this.#records.get(group.key)?.firing);
    let firing = false;
    for (const [fingerprint, member] of group.members) {
      if (member.state.phase === 'firing') firing = true;
      else if (!told.has(fingerprint)) group.members.delete(fingerprint);
    }
    if (firing || !mayEnd) return;
    this.#groups.delete(group.key);
    this.#records.delete(group.key);
  }

  /** What was said last about each open group. */
  exportSaid(): NotificationEntry[] {
    return [...this.#records.values()];
  }
  /** When each group is looked at next. */
  exportDue(): [string, number][] {
    return [...this.#groups].map(([key, { due }]) => [key, due]);
  }
  importSaid(entry: NotificationEntry): void {
    this.#records.set(entry.group, entry);
  }

  /** Sorts the alerts of a checkpoint into groups and sets their clocks as they were. */
  restore(instances: Iterable<Instance>, due: ReadonlyMap<string, number>): void {
    for (const instance of instances) this.transitioned(instance, instance.state.at);
    for (const [key, at] of due) {
      const group = this.#groups.get(key);
      if (group) group.due = at;
    }
  }

  /** The clock went back by `ms`: nobody waits for it to come round again. */
  rewind(ms: number): void {
    for (const group of this.#groups.values()) group.due -= ms;
  }

  /** Sorts everything anew after the routes changed; what was said before stays known. */
  rebuild(instances: Iterable<Instance>, now: number): void {
    this.#groups.clear();
    for (const instance of instances) this.transitioned(instance, now);
  }
}

function bySubject(list: readonly Instance[]): Map<string, Instance[]> {
  const found = new Map<string, Instance[]>();
  for (const instance of list) {
    const key = subjectKey(instance);
    found.set(key, [...(found.get(key) ?? []), instance]);
  }
  return found;
}

export type { NotifyReason };
