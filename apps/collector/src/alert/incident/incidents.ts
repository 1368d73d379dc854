import { createHash } from 'node:crypto';
import type { AlertEntry } from '../state/book.js';
import type { Instance } from '../state/instance.js';
import { subject } from './subject.js';

/** An alert that starts to fire joins an open incident that others joined at most this long ago. */
export const JOIN_MS = 3_600_000;
/** A resolved incident is taken up again when its model alerts within this time. */
export const REOPEN_MS = 600_000;
const KEPT_RESOLVED = 500;
const TIMELINE_LIMIT = 200;

export interface TimelineEntry {
  at: number;
  kind: 'onset' | 'pending' | 'firing' | 'resolved' | 'acknowledged' | 'silenced' | 'notified' | 'deploy';
  text: string;
}

/** What is looked up once when an incident opens; journalled as kind `incident`. */
export interface Enrichment {
  id: string;
  nearestChange: { at: number; text: string } | null;
  segments: { segment: string; psi: number | null; n: number }[];
}

export interface IncidentRecord {
  id: string;
  model: string;
  version: string;
  firedAt: number;
  lastJoinAt: number;
  resolvedAt: number | null;
  /** Alerts by fingerprint, as of their last transition in this incident. */
  members: Map<string, Instance>;
  firing: number;
  timeline: TimelineEntry[];
  enrichment: Enrichment | null;
}

/**
 * Groups alerts that fire near in time on one model into incidents. The assignment is part of the alert's journal
 * entry, so replaying the alerts rebuilds the incidents.
 */
export class Incidents {
  readonly #records = new Map<string, IncidentRecord>();
  readonly #byModel = new Map<string, string[]>();

  get(id: string): IncidentRecord | null {
    return this.#records.get(id) ?? null;
  }

  /** Oldest first, as they are; the caller must not change them. */
  export(): IterableIterator<IncidentRecord> {
    return this.#records.values();
  }

  /** Takes an incident out of a checkpoint. */
  import(record: IncidentRecord): void {
    this.#records.set(record.id, record);
    this.#byModel.set(record.model, [...(this.#byModel.get(record.model) ?? []), record.id]);
  }

  /** Newest first. */
  list(): IncidentRecord[] {
    return [...this.#records.values()].filter((r) => r.members.size > 0).reverse();
  }

  /** The incident that an alert joins when it starts to fire at `now`; opens one where none fits. */
  assign(instance: Instance, now: number): string {
    const { model, version } = instance.slice;
    const record =
      this.#fitting(model, version, now) ?? this.#open(incidentId(instance, now), model, version, now);
    record.lastJoinAt = now;
    return record.id;
  }

  /** Listener of the alert book. */
  transitioned({ transition, instance }: AlertEntry, at: number): void {
    if (instance.incident === null) return;
    const { model, version } = instance.slice;
    const record = this.#records.get(instance.incident) ?? this.#open(instance.incident, model, version, at);
    const before = record.members.get(instance.fingerprint)?.state.phase;
    // A new episode that is only pending belongs to no incident yet; its old one keeps the resolved alert.
    if (instance.state.phase === 'pending') return;
    record.members.set(instance.fingerprint, instance);
    const fires = instance.state.phase === 'firing';
    if (fires && before !== 'firing') {
      record.firing += 1;
      record.lastJoinAt = at;
      record.resolvedAt = null;
      note(record, { at, kind: 'firing', text: `${subject(instance)}: ${instance.detail.summary}` });
    }
    if (!fires && before === 'firing') {
      record.firing -= 1;
      note(record, {
        at,
        kind: 'resolved',
        text: `${subject(instance)}: ${transition.reason.replaceAll('_', ' ')}`,
      });
      if (record.firing === 0) record.resolvedAt = at;
    }
    if (record.firing === 0) this.#prune();
  }

  enrich(enrichment: Enrichment): void {
    const record = this.#records.get(enrichment.id);
    if (record) record.enrichment = enrichment;
  }

  /** Adds an entry to each of these incidents, once. */
  noteAll(ids: Iterable<string | null>, entry: TimelineEntry): void {
    for (const id of new Set(ids)) this.note(id, entry);
  }

  note(id: string | null, entry: TimelineEntry): void {
    const record = id === null ? undefined : this.#records.get(id);
    if (record) note(record, entry);
  }

  #fitting(model: string, version: string, now: number): IncidentRecord | null {
    const ids = this.#byModel.get(model) ?? [];
    for (let i = ids.length - 1; i >= 0; i--) {
      const record = this.#records.get(ids[i]!);
      if (!record || (version !== '' && record.version !== '' && record.version !== version)) continue;
      const open = record.firing > 0 || record.members.size === 0;
      if (open && now - record.lastJoinAt <= JOIN_MS) return record;
      if (!open && now - (record.resolvedAt ?? 0) <= REOPEN_MS) return record;
    }
    return null;
  }

  #open(id: string, model: string, version: string, at: number): IncidentRecord {
    const record: IncidentRecord = {
      id,
      model,
      version,
      firedAt: at,
      lastJoinAt: at,
      resolvedAt: null,
      members: new Map(),
      firing: 0,
      timeline: [],
      enrichment: null,
    };
    this.#records.set(id, record);
    this.#byModel.set(model, [...(this.#byModel.get(model) ?? []), id]);
    return record;
  }

  #prune(): void {
    const resolved = [...this.#records.values()].filter((r) => r.firing === 0 && r.resolvedAt !== null);
    for (const record of resolved.slice(0, Math.max(0, resolved.length - KEPT_RESOLVED))) {
      this.#records.delete(record.id);
      const left = (this.#byModel.get(record.model) ?? []).filter((id) => id !== record.id);
      if (left.length > 0) this.#byModel.set(record.model, left);
      else this.#byModel.delete(record.model);
    }
  }
}

/**
 * The first entries tell the onset, the last ones the present; the middle of a storm is let go. Several rules on one
 * signal are one line, and so is one message to several receivers.
 */
function note(record: IncidentRecord, entry: TimelineEntry): void {
  const last = record.timeline.at(-1);
  if (last?.at === entry.at && last.kind === entry.kind) {
    if (last.text === entry.text) return;
    const [receiver, why] = entry.kind === 'notified' ? split(entry.text) : ['', ''];
    const [receivers, lastWhy] = split(last.text);
    if (receiver !== '' && why === lastWhy) {
      record.timeline[record.timeline.length - 1] = { ...last, text: `${receivers}, ${receiver}: ${why}` };
      return;
    }
  }
  record.timeline.push(entry);
  if (record.timeline.length > TIMELINE_LIMIT) record.timeline.splice(TIMELINE_LIMIT / 2, 1);
}

/** `hook: still firing` as receiver and reason. */
function split(text: string): [string, string] {
  const at = text.lastIndexOf(': ');
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + 2)];
}

function incidentId(instance: Instance, now: number): string {
  const hash = createHash('sha256').update(
    `${instance.fingerprint}\u0000${instance.state.episode}\u0000${now}`,
  );
  return `inc-${hash.digest('hex').slice(0, 12)}`;
}
