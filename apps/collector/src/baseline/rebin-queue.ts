import { setTimeout as sleep } from 'node:timers/promises';
import type { Activation } from './activations.js';
import type { BaselineLogger, Rebin } from './ports.js';

export interface RebinState {
  state: 'idle' | 'running' | 'done' | 'failed';
  progress: number;
  error: string | null;
}

export interface RebinQueueOptions {
  rebin: Rebin;
  oldestInFlight(): number | null;
  finished(activation: Activation): Promise<void>;
  logger: BaselineLogger;
  /** Pause between looks at what is in flight, and after a failure that may pass, ms. */
  pauseMs?: number;
}

/** Tries of one re-bin while the store says that it may recover. */
const TRIES = 900;
/** Longest wait for batches begun under an older plan; the audit counts what comes later still. */
const IN_FLIGHT_MS = 120_000;

/**
 * Counts retained events against newly activated baselines, one model after the other. A model's newer activation
 * replaces an older one that still waits. Batches that ingest began under the older plan are let finish first, or
 * their events would be in no count of the new baseline.
 */
export function createRebinQueue(options: RebinQueueOptions) {
  const pause = options.pauseMs ?? 250;
  const waiting = new Map<string, Activation>();
  const states = new Map<string, RebinState & { epoch: number }>();
  const stopping = new AbortController();
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting.size > 0 && !stopping.signal.aborted) {
      const [model, activation] = waiting.entries().next().value!;
      waiting.delete(model);
      await run(activation);
    }
    running = null;
  }

  async function run(activation: Activation): Promise<void> {
    const state: RebinState & { epoch: number } = {
      epoch: activation.epoch,
      state: 'running',
      progress: 0,
      error: null,
    };
    states.set(activation.model, state);
    try {
      await settled(activation.epoch);
      await attempt(activation, state);
      await options.finished(activation);
      Object.assign(state, { state: 'done', progress: 1 });
    } catch (error) {
      if (stopping.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      Object.assign(state, { state: 'failed', error: message });
      options.logger.warn(
        { model: activation.model, baseline: activation.baseline, err: error },
        're-bin failed',
      );
    }
  }

  async function settled(epoch: number): Promise<void> {
    for (let waited = 0; waited < IN_FLIGHT_MS; waited += pause) {
      const oldest = options.oldestInFlight();
      if (oldest === null || oldest >= epoch) return;
      await sleep(pause, undefined, { signal: stopping.signal });
    }
  }

  async function attempt(activation: Activation, state: RebinState): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const done = (share: number) => {
          state.progress = Math.max(state.progress, Math.min(1, share));
        };
        await options.rebin(activation.model, { done, signal: stopping.signal });
        return;
      } catch (error) {
        const passing = error instanceof Error && (error as { retry?: unknown }).retry === true;
        if (!passing || tries >= TRIES || stopping.signal.aborted) throw error;
        await sleep(pause * 4, undefined, { signal: stopping.signal });
      }
    }
  }

  return {
    add(activation: Activation): void {
      if (stopping.signal.aborted) return;
      waiting.set(activation.model, activation);
      states.set(activation.model, { epoch: activation.epoch, state: 'idle', progress: 0, error: null });
      running ??= drain();
    },
    state(activation: Activation): RebinState | null {
      const state = states.get(activation.model);
      if (!state || state.epoch !== activation.epoch) return null;
      return { state: state.state, progress: state.progress, error: state.error };
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
