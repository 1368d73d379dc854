import { setTimeout as sleep } from 'node:timers/promises';
import type { Counting } from './counting/counting.js';
import type { Lane } from './engine/lane.js';
import type { Outcomes } from './outcomes.js';
import type { Rollup } from './rollup.js';
import { moment, sql } from './sql.js';
import { MINUTE_MS, type StoreLogger } from './types.js';

export interface MaintenanceStatus {
  /** Epoch ms of the last complete pass, null before the first. */
  lastPass: number | null;
  auditedMinutes: number;
  wrongMinutes: number;
  repairedMinutes: number;
  hoursComputed: number;
  outcomeMinutes: number;
  failures: number;
}

/** Events received more recently than this may still be on their way into the counts. */
const SETTLE_MS = 2 * MINUTE_MS;
/** How far behind the last pass the next one begins, for clocks that differ between collectors. */
const OVERLAP_MS = 10 * MINUTE_MS;
const EVERY_MS = 5 * MINUTE_MS;
/** Outcomes are computed more often, since whoever looks on joins what is not; but for at most a twentieth of the time. */
const OUTCOMES_EVERY_MS = MINUTE_MS / 2;
const OUTCOMES_PAUSE = 20;

/**
 * The background work of one collector: compares the counts of newly received events with the events, repairs what
 * differs, rolls hours up, and sums up what labels say. The first pass after a start looks at what was received last
 * before it, which is where a crash leaves its traces.
 */
export function createMaintenance(
  lane: Lane,
  parts: { counting: Counting; rollup: Rollup; outcomes: Outcomes; clock: () => number; logger: StoreLogger },
) {
  const status: MaintenanceStatus = {
    lastPass: null,
    auditedMinutes: 0,
    wrongMinutes: 0,
    repairedMinutes: 0,
    hoursComputed: 0,
    outcomeMinutes: 0,
    failures: 0,
  };
  const stopping = new AbortController();
  let running: Promise<unknown> | null = null;

  /** Ranges of event time that were written to since a moment, by model. */
  function touched(since: number, until: number) {
    return lane.rows<{ model: string; low: number; high: number }>(
      sql`SELECT model, toUnixTimestamp64Milli(min(ts)) AS low, toUnixTimestamp64Milli(max(ts)) AS high FROM events
          WHERE received_at > ${moment(since)} AND received_at <= ${moment(until)} GROUP BY model ORDER BY model`,
    );
  }

  async function firstSince(): Promise<number> {
    const [row] = await lane.rows<{ n: number; last: number }>(
      sql`SELECT count() AS n, toUnixTimestamp64Milli(max(received_at)) AS last FROM events`,
    );
    return row && row.n > 0 ? row.last - OVERLAP_MS : parts.clock();
  }

  async function pass(): Promise<void> {
    const now = parts.clock();
    // Nothing was on its way before this process began, so its first pass need not wait for anything to settle.
    const until = status.lastPass === null ? now : now - SETTLE_MS;
    const since = status.lastPass === null ? await firstSince() : status.lastPass - OVERLAP_MS;
    for (const { model, low, high } of await touched(since, until)) {
      const report = await parts.counting.audit(model, { from: low, to: high + 1 }, true, {
        done: () => undefined,
        signal: stopping.signal,
      });
      status.auditedMinutes += report.minutes;
      status.wrongMinutes += report.wrongMinutes;
      status.repairedMinutes += report.repaired;
      if (report.repaired > 0)
        parts.logger.warn(
          { model, minutes: report.repaired },
          'counts differed from events and were rebuilt',
        );
    }
    status.hoursComputed += await parts.rollup.pass(stopping.signal);
    status.lastPass = now;
  }

  async function outcomes(): Promise<void> {
    status.outcomeMinutes += await parts.outcomes.pass(stopping.signal);
  }

  async function loop(work: () => Promise<void>, everyMs: number, pause = 0): Promise<void> {
    while (!stopping.signal.aborted) {
      const started = performance.now();
      try {
        await work();
      } catch (error) {
        if (stopping.signal.aborted) return;
        status.failures++;
        parts.logger.warn({ err: error }, 'maintenance of the store failed; it is tried again');
      }
      const wait = Math.max(everyMs, (performance.now() - started) * pause);
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    /** One pass over everything now. */
    async pass(): Promise<void> {
      await pass();
      await outcomes();
    },
    status: (): MaintenanceStatus => ({ ...status }),
    /** Runs passes until `stop`. One collector of a deployment does it. */
    start(everyMs = EVERY_MS): void {
      running ??= Promise.all([
        loop(pass, everyMs),
        loop(outcomes, Math.min(everyMs, OUTCOMES_EVERY_MS), OUTCOMES_PAUSE),
      ]);
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
