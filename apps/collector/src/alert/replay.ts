import type { DeliveryEntry } from './deliver/outbox.js';
import type { Enrichment, Incidents } from './incident/incidents.js';
import type { NotificationEntry } from './notify/groups.js';
import type { Notifier } from './notify/notifier.js';
import type { Silences, StoredSilence } from './notify/silences.js';
import type { Journal, JournalEntry } from './ports.js';
import type { RuleBook, RuleEntry } from './rules/book.js';
import type { AckEntry, AlertBook, AlertEntry } from './state/book.js';

/** What a journal entry of kind `silence` holds. */
export type SilenceEntry =
  | { change: 'created'; silence: StoredSilence }
  | { change: 'ended'; id: string; at: number; author: string };

/** The journal's kinds that this room writes and reads back. */
export const KINDS = ['alert', 'ack', 'silence', 'rule', 'notification', 'delivery', 'incident'] as const;

export interface ReplayTargets {
  rules: RuleBook;
  silences: Silences;
  book: AlertBook;
  incidents: Incidents;
  notifier: Notifier;
}

/** Rebuilds everything from the journal, in its order; tells how many entries there were. */
export async function replay(journal: Journal, targets: ReplayTargets): Promise<number> {
  let count = 0;
  await journal.replay(KINDS, (page) => {
    for (const entry of page) {
      take(entry, targets);
      count += 1;
    }
  });
  return count;
}

function take(entry: JournalEntry, { rules, silences, book, incidents, notifier }: ReplayTargets): void {
  switch (entry.kind as (typeof KINDS)[number]) {
    case 'alert':
      book.restore(entry.body as AlertEntry, entry.at);
      break;
    case 'ack':
      book.restoreAck(entry.body as AckEntry);
      break;
    case 'silence':
      takeSilence(silences, entry.body as SilenceEntry);
      break;
    case 'rule':
      rules.take(entry.body as RuleEntry);
      break;
    case 'notification':
      notifier.groups.sent(entry.body as NotificationEntry);
      break;
    case 'incident':
      incidents.enrich(entry.body as Enrichment);
      break;
    default:
      notifier.restored(entry.body as DeliveryEntry, entry.at);
  }
}

/** Applies a silence entry; ending a silence sets its end to then. */
export function takeSilence(silences: Silences, entry: SilenceEntry): void {
  if (entry.change === 'created') {
    silences.put(entry.silence);
    return;
  }
  const known = silences.get(entry.id);
  if (known) silences.put({ ...known, endsAt: Math.min(known.endsAt, entry.at) });
}
