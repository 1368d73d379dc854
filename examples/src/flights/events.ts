import type { LabelEvent, PredictionEvent } from '@leeway/contract';
import type { DemoClock } from './clock.js';
import type { KilometreFault } from './fault.js';
import type { Flight } from './flights.js';
import { simulatedLatency } from './latency.js';
import type { DelayModel } from './model.js';

export const MODEL = 'flight-delay';
export const VERSION = '2001-01';

const CRUISE_MILES_A_MINUTE = 8;
const TAXI_MINUTES = 30;

/** Minutes, to a hundredth: what the prediction service answers. */
export function answer(minutes: number): number {
  return Math.round(minutes * 100) / 100;
}

/** The prediction that the model makes as a flight departs, as the event that the service would log. */
export function predictionEvent(
  flight: Flight,
  model: DelayModel,
  clock: DemoClock,
  fault: KilometreFault,
): PredictionEvent {
  const ts = clock.wall(flight.at);
  const distance = fault.distance(flight.distance, ts);
  return {
    model: MODEL,
    version: VERSION,
    id: `flight-${flight.row}`,
    ts,
    features: {
      distance,
      origin: flight.origin,
      destination: flight.destination,
      hour: flight.hour,
    },
    prediction: answer(model.predict({ ...flight, distance })),
    latency_ms: simulatedLatency(flight.row),
    tags: { day: new Date(flight.at).toISOString().slice(0, 10) },
  };
}

/** When the true delay of a flight is known: as it arrives (time of 2001, epoch ms). */
export function arrivalOf(flight: Flight): number {
  const minutes = TAXI_MINUTES + flight.distance / CRUISE_MILES_A_MINUTE + flight.delay;
  return flight.at + Math.max(1, minutes) * 60_000;
}

/** The true delay, as the label event that follows the prediction. */
export function labelEvent(flight: Flight, clock: DemoClock): LabelEvent {
  return {
    model: MODEL,
    id: `flight-${flight.row}`,
    ts: clock.wall(arrivalOf(flight)),
    label: flight.delay,
  };
}
