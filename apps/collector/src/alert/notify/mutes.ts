import type { Instance } from '../state/instance.js';
import { routingLabels } from '../state/instance.js';
import { isFlapping } from './flapping.js';
import type { Inhibitions } from './inhibitions.js';
import { inMuteTime, type MuteTime } from './mute-time.js';
import type { Silences } from './silences.js';

/** Why an alert is held back at the moment; all empty when it is not. */
export interface MuteReasons {
  silences: string[];
  inhibitedBy: string[];
  muteTimes: string[];
  flapping: boolean;
}

export interface MuteSources {
  silences: Silences;
  inhibitions: Inhibitions;
  muteTimes: ReadonlyMap<string, MuteTime>;
}

/** Everything that holds an alert back at `now`, on a route with these mute times. */
export function muteReasons(
  instance: Instance,
  routeMuteTimes: readonly string[],
  sources: MuteSources,
  now: number,
): MuteReasons {
  return {
    silences: sources.silences.matching(routingLabels(instance), now),
    inhibitedBy: sources.inhibitions.inhibiting(instance),
    muteTimes: routeMuteTimes.filter((name) => {
      const mute = sources.muteTimes.get(name);
      return mute !== undefined && inMuteTime(mute, now);
    }),
    flapping: isFlapping(instance.changes, now),
  };
}

export function isMuted(reasons: MuteReasons): boolean {
  return (
    reasons.silences.length > 0 ||
    reasons.inhibitedBy.length > 0 ||
    reasons.muteTimes.length > 0 ||
    reasons.flapping
  );
}
