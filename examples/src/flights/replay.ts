import { setTimeout as sleep } from 'node:timers/promises';
import type { LabelEvent, PredictionEvent } from '@leeway/contract';
import type { DemoClock } from './clock.js';
import { arrivalOf, labelEvent, predictionEvent } from './events.js';
import type { KilometreFault } from './fault.js';
import type { Flight } from './flights.js';
import type { DelayModel } from './model.js';
import { DueQueue } from './queue.js';

/** What is due to be sent at one moment. */
export interface Delivery {
  events: PredictionEvent[];
  labels: LabelEvent[];
}

export interface ReplayOptions {
  flights: AsyncIterable<Flight>;
  model: DelayModel;
  clock: DemoClock;
  fault: KilometreFault;
  /** Most events, and most labels, in one delivery. */
  batch: number;
  now: () => number;
  /** Ends the replay between two deliveries. */
  signal: AbortSignal;
  /** Called once when every flight behind the clock was delivered: from then on the replay is live. */
  onLive: () => void;
}

/** How long a live replay gathers departures before it sends them. */
const LIVE_PAUSE_MS = 250;

/**
 * Every flight as the clock passes it, in order of departure, and its label as it arrives. A flight whose moment is
 * past is due at once, so history is nothing special: it is what the replay has to catch up with.
 */
export async function* replay(options: ReplayOptions): AsyncGenerator<Delivery> {
  const { model, clock, fault, batch, now, signal } = options;
  const arrivals = new DueQueue<LabelEvent>();
  let delivery: Delivery = { events: [], labels: [] };
  let live = false;

  const addLabels = (until: number): void => {
    while (delivery.labels.length < batch) {
      const label = arrivals.pop(until);
      if (!label) return;
      delivery.labels.push(label);
    }
  };

  for await (const flight of options.flights) {
    const wall = clock.wall(flight.at);
    while (wall > now()) {
      if (signal.aborted) return;
      if (!live) {
        live = true;
        options.onLive();
      }
      addLabels(now());
      if (delivery.events.length + delivery.labels.length > 0) {
        yield delivery;
        delivery = { events: [], labels: [] };
      }
      await sleep(Math.min(LIVE_PAUSE_MS, Math.max(1, wall - now())), undefined, { signal }).catch(() => {});
    }
    delivery.events.push(predictionEvent(flight, model, clock, fault));
    arrivals.push(clock.wall(arrivalOf(flight)), labelEvent(flight, clock));
    if (delivery.events.length < batch) continue;
    addLabels(wall);
    if (signal.aborted) return;
    yield delivery;
    delivery = { events: [], labels: [] };
  }
  if (delivery.events.length > 0) yield delivery;
}
