import type { Logger } from 'pino';
import type { UrlOrRef } from '../notify/config.js';
import type { HttpSender } from './http.js';
import { failureOf, outcomeOf } from './outcome.js';
import type { Secrets } from './secrets.js';

export interface HeartbeatDeps {
  url: UrlOrRef;
  intervalMs: number;
  http: HttpSender;
  secrets: Secrets;
  log: Logger;
  now(): number;
  /** Why alerting can't be relied on right now, or null. */
  trouble(): string | null;
}

/**
 * Tells a dead-man's switch outside, again and again, that alerting works. When it doesn't (the journal can't be
 * written, evaluation stands still), it keeps silent, and the switch calls people.
 */
export class Heartbeat {
  #due = 0;
  #busy = false;
  lastOkAt: number | null = null;
  lastError: string | null = null;

  constructor(private readonly deps: HeartbeatDeps) {}

  /** The clock went back by `ms`: the switch must not wait for it to come round again. */
  rewind(ms: number): void {
    this.#due -= ms;
  }

  async tick(): Promise<void> {
    const now = this.deps.now();
    if (this.#busy || now < this.#due) return;
    const trouble = this.deps.trouble();
    if (trouble !== null) {
      this.lastError = trouble;
      return;
    }
    this.#busy = true;
    this.#due = now + this.deps.intervalMs;
    try {
      const body = JSON.stringify({ schema: 'leeway.heartbeat.v1', at: new Date(now).toISOString() });
      const url = await this.deps.secrets.url(this.deps.url);
      const answer = await this.deps.http({ url, headers: { 'content-type': 'application/json' }, body });
      const outcome = outcomeOf(answer, now);
      this.lastError = outcome.ok ? null : this.deps.secrets.redact(outcome.error);
      if (outcome.ok) this.lastOkAt = now;
    } catch (error) {
      const outcome = failureOf(error);
      if (!outcome.ok) this.lastError = this.deps.secrets.redact(outcome.error);
    } finally {
      this.#busy = false;
    }
    if (this.lastError) this.deps.log.warn({ error: this.lastError }, 'the heartbeat was not taken');
  }
}
