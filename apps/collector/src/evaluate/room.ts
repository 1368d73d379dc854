import type { StatusReport } from '@leeway/contract';
import { Evaluator, type EvaluatorOptions, type RunReport } from './evaluator.js';
import type { ModelDirectory } from './ports.js';

/** The evaluation room: runs the evaluator on a timer and tells how it goes. */
export interface EvaluateRoom {
  start(): void;
  /** Stops after the model at hand and writes down what still waits. */
  stop(): Promise<void>;
  /** Ingest's `ArrivalListener`: events of these minutes (their starts in epoch seconds, both included) are stored. */
  arrived(model: string, version: string, fromMinute: number, toMinute: number): void;
  status(): StatusReport['evaluate'];
  /** One run now, for tests and commands; waits for a run under way. */
  runNow(): Promise<RunReport>;
}

const MINUTE_MS = 60_000;

export function openEvaluateRoom(
  options: EvaluatorOptions & { onRun?: (report: RunReport) => void },
): EvaluateRoom {
  const evaluator = new Evaluator(options);
  const abort = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<RunReport> | null = null;
  let lastRun: number | null = null;
  let last: RunReport | null = null;
  let [windows, verdicts] = [0, 0];

  async function once(): Promise<RunReport> {
    const report = await evaluator.run(abort.signal);
    lastRun = options.now();
    last = report;
    windows += report.windows;
    verdicts += report.verdicts;
    options.onRun?.(report);
    return report;
  }

  function run(): Promise<RunReport> {
    running ??= once().finally(() => {
      running = null;
    });
    return running;
  }

  async function tick(): Promise<void> {
    const began = performance.now();
    try {
      const report = await run();
      // With history still to judge the next run follows at once.
      schedule(report.backlog > 0 && report.windows > 0 ? 10 : options.everyMs - (performance.now() - began));
    } catch (error) {
      options.log.warn({ err: error }, 'an evaluation run failed; trying again');
      schedule(options.everyMs);
    }
  }

  function schedule(ms: number): void {
    if (abort.signal.aborted) return;
    timer = setTimeout(() => void tick(), Math.max(10, ms));
  }

  return {
    start: () => schedule(0),
    async stop() {
      abort.abort();
      if (timer) clearTimeout(timer);
      await running?.catch(() => undefined);
      await evaluator.close();
    },
    arrived: (model, _version, fromMinute, toMinute) =>
      evaluator.arrived(model, fromMinute * 1_000, toMinute * 1_000 + MINUTE_MS),
    status: () => ({
      last_run: lastRun === null ? null : new Date(lastRun).toISOString(),
      last_ms: last === null ? null : Math.round(last.ms * 10) / 10,
      windows,
      verdicts,
      backlog: last?.backlog ?? 0,
    }),
    async runNow() {
      await running?.catch(() => undefined);
      return run();
    },
  };
}

export type { ModelDirectory };
