/** Milliseconds of one day. */
export const DAY = 86_400_000;
const MINUTE = 60_000;

/**
 * The demo's clock: one day of flights passes in one minute of wall time. Leeway keeps its histograms by the minute,
 * so each minute holds exactly one whole day of departures: nights and rush hours are in every window alike, and
 * what differs between windows is the flights, not the time of day.
 */
export const SPEED = DAY / MINUTE;

export interface DemoClock {
  /** Wall time (epoch ms) at which a moment of 2001 happens. */
  wall(flightTime: number): number;
  /** The moment of 2001 that happens at a wall time. */
  flight(wallTime: number): number;
}

/**
 * A clock whose `liveFrom` (a midnight of 2001) falls on the first full minute at or after `now`; everything earlier
 * is history.
 */
export function demoClock(liveFrom: number, now: number): DemoClock {
  const zero = Math.ceil(now / MINUTE) * MINUTE;
  return {
    wall: (flightTime) => zero + Math.floor((flightTime - liveFrom) / SPEED),
    flight: (wallTime) => liveFrom + (wallTime - zero) * SPEED,
  };
}

/** First full minute at or after a wall time. */
export function nextMinute(wallTime: number): number {
  return Math.ceil(wallTime / MINUTE) * MINUTE;
}
