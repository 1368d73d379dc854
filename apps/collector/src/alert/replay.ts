import type { GatedJournal } from './checkpoint/gated-journal.js';
import type { DeliveryEntry } from './deliver/outbox.js';
import type { Enrichment, Incidents } from './incident/incidents.js';
import type { NotificationEntry } from './notify/groups.js';
import { compileMatchers } from './notify/matcher.js';
import type { Notifier } from './notify/notifier.js';
import type { Silences, StoredSilence } from './notify/silences.js';
import type { JournalEntry } from './ports.js';
import type { RuleBook, RuleEntry } from './rules/book.js';
import type { AckEntry, AlertBook, AlertEntry } from './state/book.js';
import { routingLabels } from './state/instance.js';

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

/** Entries after which what ended long before is let go, so that years of history fit into memory. */
const PRUNE_EVERY = 10_000;

/** Rebuilds everything from the journal behind `after`, in its order; tells how many entries there were. */
export async function replay(journal: GatedJournal, targets: ReplayTargets, after: number): Promise<number> {
  let count = 0;
  await journal.replay(
    KINDS,
    (page) => {
      for (const entry of page) {
        take(entry, targets);
        count += 1;
        if (count % PRUNE_EVERY === 0) prune(targets, entry.at);
      }
      journal.saw(page.at(-1)?.seq ?? 0, page.length);
    },
    after,
  );
  return count;
}

/** Forgets what ended long before `now`. */
export function prune({ book, silences, notifier }: ReplayTargets, now: number): void {
  book.prune(now);
  silences.prune(now);
  notifier.prune(now);
}

function take(entry: JournalEntry, { rules, silences, book, incidents, notifier }: ReplayTargets): void {
  switch (entry.kind as (typeof KINDS)[number]) {
    case 'alert':
      book.restore(entry.body as AlertEntry, entry.at);
      break;
    case 'ack':
      book.restoreAck(entry.body as AckEntry);
      noteAck(entry.body as AckEntry, book, incidents);
      break;
    case 'silence':
      takeSilence(silences, entry.body as SilenceEntry);
      noteSilence(entry.body as SilenceEntry, book, incidents, entry.at);
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

/** Tells the incidents of acknowledged alerts. */
export function noteAck(
  { fingerprints, by, at, comment }: AckEntry,
  book: AlertBook,
  incidents: Incidents,
): void {
  const touched = fingerprints.map((fingerprint) => book.get(fingerprint)?.incident ?? null);
  incidents.noteAll(touched, { at, kind: 'acknowledged', text: comment ? `${by}: ${comment}` : by });
}

/** Tells the incidents that a new silence is about. */
export function noteSilence(entry: SilenceEntry, book: AlertBook, incidents: Incidents, at: number): void {
  if (entry.change !== 'created') return;
  const { matchers, author, comment } = entry.silence;
  const test = compileMatchers(matchers);
  const touched: string[] = [];
  // Most silences name their model: of a storm only its own alerts have to be looked at.
  const model = matchers.find(({ label, op }) => label === 'model' && op === '=')?.value;
  for (const instance of model === undefined ? book.all() : book.ofModel(model))
    if (instance.state.phase === 'firing' && instance.incident && test(routingLabels(instance)))
      touched.push(instance.incident);
  incidents.noteAll(touched, { at, kind: 'silenced', text: `${author}: ${comment}` });
}
