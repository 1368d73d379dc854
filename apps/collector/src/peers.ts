import type { Logger } from 'pino';

/** How often this process looks at what other collectors on the same database did, ms. */
const LOOK_MS = 5_000;
/** Events may become visible this long after they were received: batches wait and clocks differ. */
const OVERLAP_MS = 20_000;

export interface PeerDeps {
  log: Logger;
  now(): number;
  /** Baselines, models and settings. */
  refresh: readonly (() => Promise<unknown>)[];
  /** Present where this process evaluates and others take events. */
  arrivals: {
    since(at: number): Promise<readonly { model: string; version: string; from: number; to: number }[]>;
    arrived(model: string, version: string, fromMinute: number, toMinute: number): void;
  } | null;
}

/**
 * Follows the other collectors of a scaled-out installation through the database they share. Gives a function that
 * ends it. What fails is tried again with the next look.
 */
export function followPeers(deps: PeerDeps): () => Promise<void> {
  const { arrivals, log, now } = deps;
  let since = now() - OVERLAP_MS;
  let stopped = false;
  let timer: NodeJS.Timeout;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      for (const refresh of deps.refresh) await refresh();
      if (!arrivals) return;
      const at = now();
      for (const { model, version, from, to } of await arrivals.since(since))
        arrivals.arrived(model, version, from / 1_000, to / 1_000);
      since = at - OVERLAP_MS;
    } catch (error) {
      log.warn({ err: error }, 'what other collectors did could not be read; trying again');
    }
  }

  function schedule(): void {
    timer = setTimeout(() => {
      looking = look().finally(() => {
        if (!stopped) schedule();
      });
    }, LOOK_MS);
  }
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await looking;
  };
}
