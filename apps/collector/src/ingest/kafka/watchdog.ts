/** What the watchdog looks at. */
export interface Watched {
  busy: boolean;
  lastProgress: number;
  highWatermark: number;
  next: number;
}

export interface WatchdogOptions {
  clock: () => number;
  stuckMs: number;
  intakes(): Iterable<Watched>;
  /** When Kafka last answered a fetch: while it does, messages beyond the last one taken may simply not be there. */
  lastFetch(): number;
  /** True while the store is known to refuse writes: waiting for it is no fault of the source. */
  blocked(): boolean;
  onStuck(detail: string): void;
}

/** Says what is stuck, or null: work is there, and nothing has moved for `stuckMs`. */
export function stuckDetail(
  intakes: Iterable<Watched>,
  now: number,
  stuckMs: number,
  lastFetch: number,
): string | null {
  for (const intake of intakes) {
    // The last offsets of a log may be transaction markers or aborted messages, which are never delivered.
    const waiting = intake.busy || (intake.highWatermark > intake.next && now - lastFetch > stuckMs);
    const idleMs = now - intake.lastProgress;
    if (waiting && idleMs > stuckMs)
      return `nothing was taken or written for ${Math.round(idleMs / 1000)} s at offset ${intake.next} of ${intake.highWatermark}`;
  }
  return null;
}

/**
 * Watches progress, not heartbeats: kafkajs sends those from a timer although nothing is consumed any more.
 */
export function createWatchdog(options: WatchdogOptions): { stop(): void } {
  let freeSince = options.clock();
  let last = options.clock();
  const every = Math.min(5_000, options.stuckMs / 4);
  const timer = setInterval(() => {
    const now = options.clock();
    // After a freeze of the whole process everything looks old: it gets its time again.
    if (options.blocked() || now - last > every * 4) freeSince = now;
    last = now;
    if (now - freeSince < options.stuckMs) return;
    const detail = stuckDetail(options.intakes(), now, options.stuckMs, options.lastFetch());
    if (detail) options.onStuck(detail);
  }, every);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
