import type { DemoClock } from './clock.js';
import type { Sent } from './pump.js';
import { count, type Screen } from './screen.js';

const EVERY_MS = 5_000;
const LIVE_EVERY = 12;

/** Says every few seconds how far history is, and every minute how live goes; returns what ends it. */
export function sayProgress(
  out: Screen,
  sent: Sent,
  moments: { liveAt: number | null },
  clock: DemoClock,
): () => void {
  let before = 0;
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    if (moments.liveAt === null) {
      const rate = Math.round(((sent.events - before) / EVERY_MS) * 1_000);
      out.say(`history: ${count(sent.events)} flights, ${count(rate)} a second`);
    } else if (ticks % LIVE_EVERY === 0) {
      const day = new Date(clock.flight(Date.now())).toISOString().slice(0, 16).replace('T', ' ');
      out.say(`live: ${day} of 2001, ${count(sent.events)} flights and ${count(sent.labels)} labels sent`);
    }
    before = sent.events;
  }, EVERY_MS);
  return () => clearInterval(timer);
}
