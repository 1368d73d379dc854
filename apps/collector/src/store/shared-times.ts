/** Models and the hours or days that are computed for each of them. */
export interface SharedTimes {
  models: string[];
  times: number[];
}

/**
 * Puts models together that need the very same times, so that a fleet of a thousand takes dozens of statements and not a
 * thousand. No part holds more than `most` times, counted for each of its models. Keeps the order of models.
 */
export function sharedTimes(byModel: ReadonlyMap<string, readonly number[]>, most: number): SharedTimes[] {
  const parts: SharedTimes[] = [];
  const open = new Map<string, SharedTimes>();
  for (const [model, all] of byModel)
    for (let i = 0; i < all.length; i += most) {
      const times = all.slice(i, i + most);
      const key = times.join();
      const held = open.get(key);
      if (held && (held.models.length + 1) * times.length <= most) held.models.push(model);
      else {
        const part = { models: [model], times };
        open.set(key, part);
        parts.push(part);
      }
    }
  return parts;
}
