import { pino } from 'pino';
import { Incidents } from '../incident/incidents.js';
import type { AlertConfig } from '../notify/config.js';
import { Groups, type NotificationEntry } from '../notify/groups.js';
import { Inhibitions } from '../notify/inhibitions.js';
import { isMuted, muteReasons } from '../notify/mutes.js';
import { RoutingTree } from '../notify/routes.js';
import { Silences } from '../notify/silences.js';
import type { Finding } from '../observe/finding.js';
import type { Journal } from '../ports.js';
import { AlertBook } from '../state/book.js';
import type { Instance } from '../state/instance.js';
import type { Transition } from '../state/types.js';

export interface SimulatedTransition {
  at: number;
  transition: Transition;
  instance: Instance;
}

const FLUSHES = 1_000;

/**
 * The alert room without its edges, on a clock that the caller moves: the very same state machine, incidents and
 * groups that run in the daemon. Nothing is journalled and nothing sent; what would have been is listed.
 */
export class Simulation {
  readonly transitions: SimulatedTransition[] = [];
  readonly notifications: NotificationEntry[] = [];
  readonly book: AlertBook;
  readonly #groups: Groups;

  constructor(
    config: AlertConfig,
    private readonly limit = 100_000,
  ) {
    const tree = new RoutingTree(config.route);
    const inhibitions = new Inhibitions(config.inhibit);
    const incidents = new Incidents();
    const sources = {
      silences: new Silences(),
      inhibitions,
      muteTimes: new Map(config.mute_times.map((mute) => [mute.name, mute])),
    };
    this.book = new AlertBook(
      forgetful(),
      (instance, at) => incidents.assign(instance, at),
      pino({ level: 'silent' }),
    );
    this.#groups = new Groups({
      tree: () => tree,
      receiver: () => ({ grouped: true, sendResolved: true }),
      muted: (instance, route, now) => isMuted(muteReasons(instance, route.muteTimes, sources, now)),
      current: (fingerprint) => this.book.get(fingerprint),
    });
    this.book.onTransition((entry, at) => {
      incidents.transitioned(entry, at);
      inhibitions.transitioned(entry.instance);
      this.#groups.transitioned(entry.instance, at);
      if (this.transitions.length < this.limit) this.transitions.push({ at, ...entry });
    });
  }

  /** Lets the groups speak at every moment up to `now` at which one is due. */
  advance(now: number): void {
    for (let due = this.#groups.nextDue(); due !== null && due <= now; due = this.#groups.nextDue()) {
      for (const { entry } of [...this.#groups.due(due, FLUSHES)]) {
        if (this.notifications.length < this.limit) this.notifications.push(entry);
        this.#groups.sent(entry);
      }
    }
  }

  /** What rules saw at `now`. */
  async observe(findings: readonly Finding[], now: number): Promise<void> {
    this.advance(now);
    await this.book.apply(findings, now);
    this.advance(now);
  }
}

function forgetful(): Journal {
  return {
    append: async (entries) => entries.map((entry, seq) => ({ ...entry, seq })),
    replay: async () => undefined,
    newest: async () => null,
    count: async () => 0,
  };
}
