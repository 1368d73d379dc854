import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert, Verdict } from '@leeway/contract';
import type { LeewayApi } from './api.js';
import { MODEL } from './events.js';
import type { KilometreFault } from './fault.js';
import { count, type Screen } from './screen.js';

/** The signal that the fault breaks. */
export const FAULTY_SIGNAL = 'distance';

const LOOK_EVERY_MS = 1_000;
/** A check gives up this long after the fault. */
const PATIENCE_MS = 240_000;
/** How long a check without a fault watches live traffic stay quiet. */
const QUIET_MS = 180_000;

/** What the demo has seen happen, in epoch ms; null = not yet. */
export interface Sightings {
  firstVerdictAt: number | null;
  significantAt: number | null;
  /** The faulty signal's verdict that was significant first. */
  significant: Verdict | null;
  firedAt: number | null;
  /** Every alert that was seen firing, by fingerprint. */
  fired: Map<string, Alert>;
}

/** Looks at the API as a person would, and says on the screen when something happens for the first time. */
export class Watcher {
  readonly seen: Sightings = {
    firstVerdictAt: null,
    significantAt: null,
    significant: null,
    firedAt: null,
    fired: new Map(),
  };

  constructor(
    private readonly api: LeewayApi,
    private readonly fault: KilometreFault,
    private readonly screen: Screen,
    private readonly page: string,
  ) {}

  /** Looks again and again until `signal`. A look that fails is repeated: a busy collector may be slow to answer. */
  async watch(historyFrom: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look(historyFrom).catch(() => {});
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** One look; throws when the API does not answer. */
  async look(historyFrom: number): Promise<void> {
    if (this.seen.firstVerdictAt === null) await this.#first(historyFrom);
    await this.#alerts();
    if (this.fault.since !== null && this.seen.significantAt === null)
      await this.#significant(this.fault.since);
  }

  async #first(historyFrom: number): Promise<void> {
    const verdicts = await this.api.verdicts(MODEL, historyFrom, Date.now(), FAULTY_SIGNAL);
    if (verdicts.length === 0) return;
    this.seen.firstVerdictAt = Date.now();
    this.screen.say(`the first chart is there: ${this.page}`);
  }

  async #significant(since: number): Promise<void> {
    const verdicts = await this.api.verdicts(MODEL, since, Date.now() + 1, FAULTY_SIGNAL);
    const verdict = verdicts.find((one) => one.verdict === 'significant');
    if (!verdict) return;
    this.seen.significantAt = Date.now();
    this.seen.significant = verdict;
    const after = Math.round((Date.now() - since) / 1_000);
    const moved = verdict.direction?.text ?? '';
    this.screen.say(
      `${FAULTY_SIGNAL} is significant, ${after} s after the fault: PSI ${verdict.psi?.toFixed(2)} on ` +
        `${count(verdict.n_current)} flights, ${moved}`,
    );
  }

  async #alerts(): Promise<void> {
    for (const alert of await this.api.alerts()) {
      if (alert.model !== MODEL || alert.state !== 'firing' || this.seen.fired.has(alert.fingerprint))
        continue;
      this.seen.fired.set(alert.fingerprint, alert);
      if (alert.signal === FAULTY_SIGNAL) this.seen.firedAt ??= Date.now();
      this.screen.say(
        `ALERT ${alert.severity}: ${alert.annotations.summary ?? alert.rule} (rule ${alert.rule})`,
      );
    }
  }
}

/** Resolves when a check has seen all it waits for, or has waited long enough. */
export async function settled(
  seen: Sightings,
  moments: { liveAt: number | null; faultAt: number | null },
  withFault: boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (seen.significantAt !== null && seen.firedAt !== null) return;
    const since = withFault ? moments.faultAt : moments.liveAt;
    if (since !== null && Date.now() > since + (withFault ? PATIENCE_MS : QUIET_MS)) return;
    await sleep(200, undefined, { signal }).catch(() => {});
  }
}
