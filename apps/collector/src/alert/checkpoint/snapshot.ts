import type { DeliveryEntry } from '../deliver/outbox.js';
import type { IncidentRecord } from '../incident/incidents.js';
import type { NotificationEntry } from '../notify/groups.js';
import type { StoredSilence } from '../notify/silences.js';
import type { ReplayTargets } from '../replay.js';
import type { RuleEntry } from '../rules/book.js';
import type { Instance } from '../state/instance.js';

/** A member of an incident: the alert itself, or its fingerprint where it is as the alert book has it. */
type Member = Instance | string;

/** One thing that a checkpoint keeps; a checkpoint is a list of them, in this order. */
export type Kept =
  | { is: 'rule'; entry: RuleEntry }
  | { is: 'silence'; silence: StoredSilence }
  | { is: 'alert'; alert: Instance }
  | { is: 'incident'; incident: Omit<IncidentRecord, 'members'> & { members: Member[] } }
  | { is: 'said'; entry: NotificationEntry }
  | { is: 'due'; group: string; at: number }
  | { is: 'delivery'; entry: DeliveryEntry }
  | { is: 'mirror'; receiver: string; told: { instance: Instance; told: boolean; changed: boolean }[] };

/** Everything that a replay of the journal up to now would rebuild. Copies what can change, so it may be written later. */
export function takeSnapshot({ rules, silences, book, incidents, notifier }: ReplayTargets): Kept[] {
  const kept: Kept[] = [];
  for (const entry of rules.export()) kept.push({ is: 'rule', entry });
  for (const silence of silences.export()) kept.push({ is: 'silence', silence });
  for (const alert of book.all()) kept.push({ is: 'alert', alert });
  for (const record of incidents.export()) {
    const members = [...record.members.values()].map((member) =>
      book.get(member.fingerprint) === member ? member.fingerprint : member,
    );
    kept.push({ is: 'incident', incident: { ...record, timeline: [...record.timeline], members } });
  }
  for (const entry of notifier.groups.exportSaid()) kept.push({ is: 'said', entry });
  for (const [group, at] of notifier.groups.exportDue()) kept.push({ is: 'due', group, at });
  for (const entry of notifier.outbox.export()) kept.push({ is: 'delivery', entry: { ...entry } });
  for (const [receiver, mirror] of notifier.mirrors()) {
    const told = mirror.export();
    if (told.length > 0) kept.push({ is: 'mirror', receiver, told });
  }
  return kept;
}

/** Puts a snapshot back into parts that are empty. */
export function restoreSnapshot(kept: Iterable<Kept>, targets: ReplayTargets): void {
  const { rules, silences, book, incidents, notifier } = targets;
  const due = new Map<string, number>();
  for (const one of kept) {
    switch (one.is) {
      case 'rule':
        rules.take(one.entry);
        break;
      case 'silence':
        silences.put(one.silence);
        break;
      case 'alert':
        book.import(one.alert);
        break;
      case 'incident':
        incidents.import({ ...one.incident, members: membersOf(one.incident.members, book.get.bind(book)) });
        break;
      case 'said':
        notifier.groups.importSaid(one.entry);
        break;
      case 'due':
        due.set(one.group, one.at);
        break;
      case 'delivery':
        notifier.outbox.take(one.entry);
        break;
      case 'mirror':
        notifier.mirror(one.receiver)?.import(one.told);
    }
  }
  notifier.imported(due);
}

function membersOf(
  members: readonly Member[],
  current: (fingerprint: string) => Instance | null,
): Map<string, Instance> {
  const found = new Map<string, Instance>();
  for (const member of members) {
    const instance = typeof member === 'string' ? current(member) : member;
    if (instance) found.set(instance.fingerprint, instance);
  }
  return found;
}
