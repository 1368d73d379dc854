import type { Flight } from './flights.js';

/**
 * The monitored model: predicts a flight's arrival delay in minutes as the mean delay of its origin airport at its
 * hour, drawn towards the overall mean where that group is small, plus a slope on distance fitted to what is left.
 */
export interface DelayModel {
  trainedOn: number;
  /** Minutes. */
  predict(flight: Pick<Flight, 'origin' | 'hour' | 'distance'>): number;
}

/** A group of this many flights is believed half, a larger one more. */
const PRIOR_FLIGHTS = 50;

interface Mean {
  sum: number;
  n: number;
}

/** Fits the model on flights in one pass over the array and one over the residuals. Throws on no flights. */
export function fitDelayModel(flights: readonly Flight[]): DelayModel {
  if (flights.length === 0) throw new RangeError('a delay model needs flights to be trained on');
  const groups = new Map<string, Mean>();
  let total = 0;
  for (const flight of flights) {
    const key = groupOf(flight);
    const group = groups.get(key) ?? { sum: 0, n: 0 };
    group.sum += flight.delay;
    group.n += 1;
    groups.set(key, group);
    total += flight.delay;
  }
  const overall = total / flights.length;
  const groupMean = (flight: Pick<Flight, 'origin' | 'hour'>): number => {
    const group = groups.get(groupOf(flight));
    return group ? (group.sum + PRIOR_FLIGHTS * overall) / (group.n + PRIOR_FLIGHTS) : overall;
  };
  const { slope, centre } = distanceSlope(flights, groupMean);
  return {
    trainedOn: flights.length,
    predict: (flight) => groupMean(flight) + slope * (flight.distance - centre),
  };
}

function groupOf(flight: Pick<Flight, 'origin' | 'hour'>): string {
  return `${flight.origin} ${flight.hour}`;
}

/** Least squares of the residual delay on distance: minutes a mile, around the mean distance. */
function distanceSlope(
  flights: readonly Flight[],
  groupMean: (flight: Flight) => number,
): { slope: number; centre: number } {
  let sumX = 0;
  let sumY = 0;
  for (const flight of flights) {
    sumX += flight.distance;
    sumY += flight.delay - groupMean(flight);
  }
  const centre = sumX / flights.length;
  const meanY = sumY / flights.length;
  let xy = 0;
  let xx = 0;
  for (const flight of flights) {
    const x = flight.distance - centre;
    xy += x * (flight.delay - groupMean(flight) - meanY);
    xx += x * x;
  }
  return { slope: xx === 0 ? 0 : xy / xx, centre };
}
