import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { AlertFacts, Journal } from '../ports.js';
import type { Enrichment, IncidentRecord, Incidents } from './incidents.js';
import { subjects } from './subject.js';

const WAITING_LIMIT = 1_000;
const SEGMENTS = 10;
/** A deploy up to a day before the onset, or shortly after the first bad window began, may be its cause. */
const BEFORE_MS = 86_400_000;

/**
 * Looks up what changed nearest to the onset of an incident's worst signal and which segments are worst, when it opens
 * and again when more joins it, and journals it. It runs behind the alert's own way, one incident at a time, so that it
 * never holds a message up.
 */
export class Enricher {
  readonly #waiting: string[] = [];
  /** How many alerts an incident had when it was looked up last. */
  readonly #looked = new LRUCache<string, number>({ max: 10_000 });
  #running: Promise<void> | null = null;

  constructor(
    private readonly facts: AlertFacts,
    private readonly journal: Journal,
    private readonly incidents: Incidents,
    private readonly now: () => number,
    private readonly log: Logger,
  ) {}

  open(id: string): void {
    if (this.#waiting.includes(id) || this.#waiting.length >= WAITING_LIMIT) return;
    this.#waiting.push(id);
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
    });
  }

  async #work(): Promise<void> {
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      // What fires in the same moment is looked up in one go.
      await new Promise((resolve) => setImmediate(resolve));
      const record = this.incidents.get(id);
      if (!record || this.#looked.get(id) === record.members.size) continue;
      this.#looked.set(id, record.members.size);
      try {
        const body = await this.#lookUp(record);
        if (isDeepStrictEqual(body, record.enrichment)) continue;
        await this.journal.append([{ at: this.now(), kind: 'incident', model: record.model, body }]);
        this.incidents.enrich(body);
      } catch (error) {
        this.log.warn({ err: error, incident: id }, 'the surroundings of an incident could not be read');
      }
    }
  }

  async #lookUp(record: IncidentRecord): Promise<Enrichment> {
    const members = [...record.members.values()];
    const onset = subjects(members)[0]!.lead.state.since ?? record.firedAt;
    const windowMs = Math.max(
      60_000,
      ...members.map((m) => (m.detail.window ? m.detail.window.to - m.detail.window.from : 0)),
    );
    const changes = await this.facts.changes(record.model, onset - BEFORE_MS, onset + windowMs);
    // The change of the bad window itself counts as near as one just before it.
    const distance = (at: number) => (at <= onset ? onset - at : (at - onset) / 2);
    const nearest = changes.reduce<{ at: number; text: string } | null>(
      (best, change) => (best === null || distance(change.at) < distance(best.at) ? change : best),
      null,
    );
    return { id: record.id, nearestChange: nearest, segments: await this.#segments(record, windowMs) };
  }

  /** The worst drift of each segment among the incident's signals, worst first. */
  async #segments(record: IncidentRecord, windowMs: number): Promise<Enrichment['segments']> {
    const signals = new Set([...record.members.values()].flatMap((m) => m.slice.signal ?? []));
    if (signals.size === 0) return [];
    const verdicts = await this.facts.verdicts(record.model, record.lastJoinAt - windowMs, record.lastJoinAt);
    const worst = new Map<string, { segment: string; psi: number | null; n: number }>();
    for (const v of verdicts) {
      if (
        v.segment === '' ||
        !signals.has(v.signal) ||
        (record.version !== '' && v.version !== record.version)
      )
        continue;
      const known = worst.get(v.segment);
      if (!known || (v.psi_debiased ?? 0) > (known.psi ?? 0)) {
        worst.set(v.segment, { segment: v.segment, psi: v.psi_debiased, n: v.n_current });
      }
    }
    return [...worst.values()].sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0)).slice(0, SEGMENTS);
  }

  /** Finishes the incident at hand; the others are looked up after the next start. */
  async stop(): Promise<void> {
    this.#waiting.length = 0;
    await this.#running;
  }
}
