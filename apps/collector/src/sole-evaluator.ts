import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Role } from './config.js';
import type { Lease } from './store/lease.js';

const ASK_MS = 1_000;
const REMIND_MS = 60_000;

export interface SoleEvaluatorOptions {
  role: Role;
  /** A holder that does not renew for so long is taken for dead, ms. */
  leaseMs: number;
  log: Logger;
  signal: AbortSignal;
  /** Told when another one evaluates now: this process must end. */
  lost(error: Error): void;
}

/** Names this process to people who wonder who evaluates. */
export function evaluatorName(): string {
  return `${hostname()}, process ${process.pid}`;
}

/**
 * Makes this process the one that evaluates and alerts on its database, since two would send every notification twice.
 * A process with role `evaluate` stands by while another one does it; one with role `all` waits as long as a
 * predecessor that was killed would still be named, and then refuses to start.
 */
export async function becomeSoleEvaluator(
  lease: Pick<Lease, 'take' | 'keep'>,
  options: SoleEvaluatorOptions,
): Promise<void> {
  const { role, log, signal } = options;
  const began = performance.now();
  let reminded = Number.NEGATIVE_INFINITY;
  for (;;) {
    const outcome = await lease.take();
    if (outcome.taken) break;
    const waited = performance.now() - began;
    if (role === 'all' && waited > options.leaseMs + 5 * ASK_MS)
      throw new Error(
        `Another collector evaluates on this database (${outcome.holder}), and two would send every alert twice: ` +
          'set LEEWAY_ROLE=ingest or LEEWAY_ROLE=serve for this one',
      );
    if (waited - reminded > REMIND_MS) {
      log.warn({ holder: outcome.holder }, 'another collector evaluates on this database; standing by');
      reminded = waited;
    }
    await sleep(ASK_MS, undefined, { signal });
  }
  void lease.keep().then((reason) => {
    if (reason !== 'released')
      options.lost(new Error(`This collector may no longer evaluate: ${reason}; a restart stands by`));
  });
}
